//! A batch runs apart from the other handlers anyway.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch, concurrent)]
fn ledger(event: &[Paid]) {
    let _ = event;
}

fn main() {}
