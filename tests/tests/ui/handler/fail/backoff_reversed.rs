//! A range goes up.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, backoff = "1s..10ms"))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
