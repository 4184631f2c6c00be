//! Who takes a slice says so, in a group too.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

#[handlers]
impl Ledger {
    #[handler]
    fn debit(&self, events: &[Paid]) {
        let _ = events[0].cents;
    }

    #[handler]
    fn credit(&self, _: &Paid) {}
}

fn main() {}
