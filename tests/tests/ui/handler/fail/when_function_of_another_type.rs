//! A function as a condition takes the event.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

fn large(cents: &u64) -> bool {
    *cents > 100_00
}

#[handler(when = large)]
fn ledger(_: &Paid) {}

fn main() {}
