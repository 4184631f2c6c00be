//! A batch handler returns nothing, or an error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch)]
fn ledger(events: &[Paid]) -> u64 {
    events[0].cents
}

fn main() {}
