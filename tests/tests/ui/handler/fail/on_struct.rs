//! A handler is a function.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
struct Ledger;

fn main() {}
