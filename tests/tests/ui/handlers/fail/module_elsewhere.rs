//! What is fused stands in sight.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger;

fn main() {}
