//! Behind the event come extractors.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &Paid, n: u32) {
    let _ = n;
}

fn main() {}
