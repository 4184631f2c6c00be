//! A priority is an `i32`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(priority = 2147483648)]
fn ledger(_: &Paid) {}

fn main() {}
