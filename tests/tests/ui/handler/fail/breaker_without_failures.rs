//! A breaker has a number of failures.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(breaker(cool_down = "5s"))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
