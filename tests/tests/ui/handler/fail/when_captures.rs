//! A handler has no surroundings to capture from.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

fn main() {
    let limit = 100;
    let _ = limit;

    #[handler(when = |event| event.cents > limit)]
    fn ledger(_: &Paid) {}
}
