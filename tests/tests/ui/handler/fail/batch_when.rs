//! A batch has no one condition.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch, when = |event| event.cents > 0)]
fn ledger(events: &[Paid]) {
    let _ = events[0].cents;
}

fn main() {}
