//! A batch handler that cannot fail has no error either.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch, retry(max = 5, when = |_| true))]
fn ledger(event: &[Paid]) {
    let _ = event;
}

fn main() {}
