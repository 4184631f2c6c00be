//! A range goes up.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch(size = "1024..64"))]
fn ledger(events: &[Paid]) {
    let _ = events[0].cents;
}

fn main() {}
