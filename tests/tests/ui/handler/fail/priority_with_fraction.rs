//! A priority is a whole number.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(priority = 1.5)]
fn ledger(_: &Paid) {}

fn main() {}
