//! Modules are marked `#[handlers]`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
mod ledger {}

fn main() {}
