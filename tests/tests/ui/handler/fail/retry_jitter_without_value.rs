//! A jitter has a value.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, jitter))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
