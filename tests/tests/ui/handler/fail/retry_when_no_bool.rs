//! A condition says yes or no.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, when = |error| error.to_string()))]
fn ledger(event: &Paid) -> Result<(), std::fmt::Error> {
    let _ = event.cents;
    Ok(())
}

fn main() {}
