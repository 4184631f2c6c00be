//! One attribute makes one entry.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    #[handler]
    fn debit(_: &Paid) {}
}

fn main() {}
