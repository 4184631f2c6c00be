//! Each of two arguments that are none is told.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &Paid, n: u32, text: String) {
    let _ = (n, text);
}

fn main() {}
