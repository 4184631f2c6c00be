//! Who misspells the one option that is needed is told of the name alone.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(times = 5))]
fn on(_: &Paid) {}

fn main() {}
