//! A handler is shared by all that emit.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger(u64);

#[handlers]
impl Ledger {
    #[handler]
    fn debit(&mut self, event: &Paid) {
        self.0 += event.cents;
    }
}

fn main() {}
