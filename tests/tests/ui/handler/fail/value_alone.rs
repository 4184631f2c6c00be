//! A value without the option's name.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(100)]
fn ledger(_: &Paid) {}

fn main() {}
