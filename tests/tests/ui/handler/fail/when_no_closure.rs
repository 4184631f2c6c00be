//! A condition looks at the event.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(when = true)]
fn ledger(_: &Paid) {}

fn main() {}
