//! A wait is a time.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, backoff = "10ms..never"))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
