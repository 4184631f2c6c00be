//! Who takes a slice says so.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(events: &[Paid]) {
    let _ = events[0].cents;
}

fn main() {}
