//! One attribute makes one entry.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
#[handler(priority = 1)]
fn ledger(_: &Paid) {}

fn main() {}
