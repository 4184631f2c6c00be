//! An option that needs a value stands alone.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(priority)]
fn ledger(_: &Paid) {}

fn main() {}
