//! Others see the event, too.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(event: Paid) {
    let _ = event.cents;
}

fn main() {}
