//! The table calls Rust functions.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
extern "C" fn ledger(_: &Paid) {}

fn main() {}
