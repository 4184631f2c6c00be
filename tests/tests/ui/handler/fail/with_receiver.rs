//! Methods are handlers in a block marked `#[handlers]`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

impl Ledger {
    #[handler]
    fn debit(&self, event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
