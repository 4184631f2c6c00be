//! A time has a unit.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(timeout = "200")]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
