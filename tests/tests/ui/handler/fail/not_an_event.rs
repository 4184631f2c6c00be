//! A type without `#[event]`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Refunded;

#[handler]
fn ledger(_: &Refunded) {}

fn main() {}
