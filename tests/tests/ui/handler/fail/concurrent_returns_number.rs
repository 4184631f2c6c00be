//! A handler returns nothing, or a result.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(concurrent)]
fn ledger(event: &Paid) -> u64 {
    event.cents
}

fn main() {}
