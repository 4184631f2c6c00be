//! A generic function is many functions.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger<T: Default>(event: &Paid) {
    let _ = (event.cents, T::default());
}

fn main() {}
