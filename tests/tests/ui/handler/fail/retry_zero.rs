//! No retries are said by saying nothing.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 0))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
