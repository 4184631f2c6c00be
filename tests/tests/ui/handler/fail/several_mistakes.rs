//! All mistakes of one function are told at once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(prioritiy = 1, when = true)]
unsafe extern "C" fn ledger<T>(event: Paid) {
    let _ = event.cents;
}

fn main() {}
