//! What a handler returns is one of three types.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &Paid) -> impl Sized {}

fn main() {}
