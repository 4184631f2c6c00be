//! `&self` is state, and state is shared among threads.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger(std::cell::Cell<u64>);

#[handlers]
impl Ledger {
    #[handler]
    fn debit(&self, event: &Paid) {
        self.0.set(event.cents);
    }
}

fn main() {}
