//! An alias does not bring the way into the table.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

type Payment = Paid;

#[handler]
fn ledger(event: &Payment) {
    let _ = event.cents;
}

fn main() {}
