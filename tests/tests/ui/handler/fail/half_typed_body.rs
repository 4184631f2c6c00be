//! A body still being typed: rustc tells, the handler stays.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(event: &Paid) {
    let _ = event.;
}

fn main() {}
