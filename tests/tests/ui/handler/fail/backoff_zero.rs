//! A wait is some time.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, backoff = "0ms..1s"))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
