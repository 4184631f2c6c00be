//! Lifetimes can be left out.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger<'a>(event: &'a Paid) {
    let _ = event.cents;
}

fn main() {}
