//! `&self` is one state of the bus.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger<T>(T);

#[handlers]
impl<T: Send + Sync + 'static> Ledger<T> {
    #[handler]
    fn debit(&self, event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
