//! Nobody who emits could uphold its contract.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
unsafe fn ledger(_: &Paid) {}

fn main() {}
