//! A type that cannot be marked.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &u32) {}

fn main() {}
