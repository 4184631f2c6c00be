//! A type that is nowhere.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &Refunded) {}

fn main() {}
