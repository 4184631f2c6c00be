//! All mistakes of all options are told at once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = -1, backoff = "5"), timeout = "1x", breaker(failures = 0), batch(size = "big", splits))]
fn ledger(events: &[Paid]) {
    let _ = events[0].cents;
}

fn main() {}
