//! An event has a type of its own.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &dyn std::any::Any) {}

fn main() {}
