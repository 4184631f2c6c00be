//! An attribute whose function is gone lands on the next one.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn main() {}
