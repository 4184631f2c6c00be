//! Each option is known.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, delay = "10ms"))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
