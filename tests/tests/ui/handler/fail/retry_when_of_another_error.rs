//! A function that takes another error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, when = transient))]
fn ledger(event: &Paid) -> Result<(), std::fmt::Error> {
    let _ = event.cents;
    Ok(())
}

fn transient(error: &std::io::Error) -> bool {
    error.raw_os_error().is_some()
}

fn main() {}
