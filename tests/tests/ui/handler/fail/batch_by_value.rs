//! A batch handler takes a slice.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch)]
fn ledger(event: Paid) {
    let _ = event.cents;
}

fn main() {}
