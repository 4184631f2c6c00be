//! Who cannot fail has no error to ask about.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, when = |error| error.is_transient()))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
