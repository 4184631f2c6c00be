//! Which jitter it is has to be said.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, jitter = true))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
