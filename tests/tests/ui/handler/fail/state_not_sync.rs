//! State is shared among threads.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &Paid, sum: State<std::cell::Cell<u64>>) {
    sum.set(1);
}

fn main() {}
