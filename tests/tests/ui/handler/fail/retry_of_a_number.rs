//! Options in brackets have names.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(5))]
fn on(_: &Paid) -> Result<(), String> {
    Ok(())
}

fn main() {}
