//! A handler is run, not evaluated.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
const fn ledger(_: &Paid) {}

fn main() {}
