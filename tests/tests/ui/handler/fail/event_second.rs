//! The event comes first.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(cx: &Context, event: &Paid) {
    let _ = (cx, event.cents);
}

fn main() {}
