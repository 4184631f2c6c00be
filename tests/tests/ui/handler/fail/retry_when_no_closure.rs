//! A condition looks at the error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, when = true))]
fn ledger(event: &Paid) -> Result<(), std::fmt::Error> {
    let _ = event.cents;
    Ok(())
}

fn main() {}
