//! What fails fails with an error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Refused;

#[handler]
fn ledger(_: &Paid) -> Result<(), Refused> {
    Err(Refused)
}

fn main() {}
