//! A priority is a number.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(priority = "high")]
fn ledger(_: &Paid) {}

fn main() {}
