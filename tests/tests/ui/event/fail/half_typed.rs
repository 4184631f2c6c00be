//! A field still being typed: rustc tells, who handles and emits the event hears nothing.

use events::prelude::*;

#[event(key = order_id)]
struct Paid {
    order_id: u64,
    cents:
}

#[handler]
fn ledger(event: &Paid) {
    let _ = event;
}

fn main() {
    let _ = events::dispatch(&Paid { order_id: 7, cents: 990 }).ran();
}
