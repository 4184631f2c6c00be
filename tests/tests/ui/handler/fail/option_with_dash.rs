//! The names of options have no dashes.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, back-off = "1s"))]
fn on(_: &Paid) -> Result<(), String> {
    Ok(())
}

fn main() {}
