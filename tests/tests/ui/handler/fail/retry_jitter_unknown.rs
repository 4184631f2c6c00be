//! There are two jitters, and none.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, jitter = "foo"))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
