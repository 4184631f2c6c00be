//! A handler is shared by all that emit.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

#[handlers]
impl Ledger {
    #[handler]
    fn debit(self, event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
