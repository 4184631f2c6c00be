//! A type without `#[event]`, in a handler with everything else.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Refunded {
    cents: u64,
}

#[handler(priority = 1, when = |event| event.cents > 0)]
fn ledger(event: &Refunded, cx: &Context) -> Result<(), String> {
    let _ = (event.cents, cx);
    Ok(())
}

fn main() {}
