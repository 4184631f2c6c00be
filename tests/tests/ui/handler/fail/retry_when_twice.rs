//! Each option once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, when = |_| true, when = |_| false))]
fn ledger(event: &Paid) -> Result<(), std::fmt::Error> {
    let _ = event.cents;
    Ok(())
}

fn main() {}
