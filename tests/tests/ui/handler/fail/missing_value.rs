//! Nothing follows the `=`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(when =)]
fn ledger(_: &Paid) {}

fn main() {}
