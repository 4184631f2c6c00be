//! It is said or not said.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(concurrent = true)]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
