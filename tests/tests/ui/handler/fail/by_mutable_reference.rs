//! Others see the event, too.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(event: &mut Paid) {
    event.cents = 0;
}

fn main() {}
