//! Retries have a number.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry)]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
