//! Only an `#[event(async)]` is awaited.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
async fn ledger(event: &Paid) {
    let _ = event.cents;
}

fn main() {}
