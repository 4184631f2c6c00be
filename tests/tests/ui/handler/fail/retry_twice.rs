//! Each option is set once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5), retry(max = 6))]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
