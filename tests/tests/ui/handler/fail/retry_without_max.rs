//! Retries have a number.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(backoff = "10ms"))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
