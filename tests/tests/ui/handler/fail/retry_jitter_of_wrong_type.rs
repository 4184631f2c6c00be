//! A jitter is a word.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, jitter = 0.5))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
