//! A time has an end.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(timeout = "99999999999999999999h")]
fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
