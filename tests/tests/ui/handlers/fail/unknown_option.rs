//! A priority belongs to each handler.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers(priority = 1)]
mod ledger {
    use super::*;

    #[handler]
    fn debit(_: &Paid) {}
}

fn main() {}
