//! What is handled is the first argument.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger() {}

fn main() {}
