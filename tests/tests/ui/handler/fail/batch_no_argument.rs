//! A batch handler takes events.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch)]
fn ledger() {}

fn main() {}
