//! Handlers are methods of the type itself.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

trait Debit {
    fn debit(&self, event: &Paid);
}

#[handlers]
impl Debit for Ledger {
    #[handler]
    fn debit(&self, event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
