//! A condition is asked with the error alone.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, when = |error, attempt| attempt > 2))]
fn ledger(event: &Paid) -> Result<(), std::fmt::Error> {
    let _ = event.cents;
    Ok(())
}

fn main() {}
