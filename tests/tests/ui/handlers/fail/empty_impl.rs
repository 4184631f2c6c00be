//! A group without handlers.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

#[handlers]
impl Ledger {
    fn debit(&self) {}
}

fn main() {
    Ledger.debit();
}
