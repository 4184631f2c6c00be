//! A field still being typed.

use events::prelude::*;

#[event]
struct Paid {
    cents:
}

fn main() {}
