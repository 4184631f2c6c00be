//! The number of retries has a name.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(5))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
