//! A time is whole nanoseconds.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(timeout = "1.5ns")]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
