//! What is handled is the first argument behind `&self`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

#[handlers]
impl Ledger {
    #[handler]
    fn debit(&self) {}
}

fn main() {}
