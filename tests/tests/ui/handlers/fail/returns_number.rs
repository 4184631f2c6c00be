//! A handler tells whether it succeeded, and no more.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    fn debit(event: &Paid) -> u64 {
        event.cents
    }

    #[handler]
    fn credit(_: &Paid) {}
}

fn main() {}
