//! A handler tells whether it succeeded, and no more.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(event: &Paid) -> u32 {
    event.cents as u32
}

fn main() {}
