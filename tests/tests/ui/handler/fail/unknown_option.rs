//! An option with a typing error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(prioritiy = 1)]
fn ledger(_: &Paid) {}

fn main() {}
