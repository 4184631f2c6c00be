//! A timeout is some time.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(timeout = "0s")]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
