//! A condition holds or does not.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(when = |event| event.cents)]
fn ledger(_: &Paid) {}

fn main() {}
