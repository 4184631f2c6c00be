//! State is known by a type of one's own.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

trait Ledger {}

#[handlers]
impl dyn Ledger {
    #[handler]
    fn debit(&self, event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
