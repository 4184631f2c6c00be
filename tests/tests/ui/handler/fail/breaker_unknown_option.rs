//! Who misspells the one option that is needed is told of the name alone.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(breaker(max = 20))]
fn on(_: &Paid) {}

fn main() {}
