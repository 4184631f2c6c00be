//! A batch has an event.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch(size = "0..64"))]
fn ledger(events: &[Paid]) {
    let _ = events[0].cents;
}

fn main() {}
