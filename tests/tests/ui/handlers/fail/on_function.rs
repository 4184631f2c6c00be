//! A function is a handler, not a group.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
fn ledger(_: &Paid) {}

fn main() {}
