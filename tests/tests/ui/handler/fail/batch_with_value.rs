//! A batch says how large it is in brackets.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch = 64)]
fn ledger(events: &[Paid]) {
    let _ = events[0].cents;
}

fn main() {}
