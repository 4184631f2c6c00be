//! A struct holds no functions.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
struct Ledger;

fn main() {}
