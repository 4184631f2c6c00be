//! What succeeds gives nothing back.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(event: &Paid) -> Result<u64, String> {
    Ok(event.cents)
}

fn main() {}
