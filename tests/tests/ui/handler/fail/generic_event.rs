//! A generic function handles no event in particular.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger<E: Event>(_: &E) {}

fn main() {}
