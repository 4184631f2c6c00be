//! A type without `#[event]`, in an `async fn`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Refunded;

#[handler]
async fn ledger(_: &Refunded) {}

fn main() {}
