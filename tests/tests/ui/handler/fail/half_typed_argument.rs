//! So is one whose argument has no type.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(event) {}

fn main() {}
