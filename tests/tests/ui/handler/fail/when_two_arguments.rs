//! A condition sees the event alone.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(when = |event, cx| event.cents > cx.attempt())]
fn ledger(_: &Paid) {}

fn main() {}
