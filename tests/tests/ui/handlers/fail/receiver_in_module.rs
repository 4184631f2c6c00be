//! A module has no `self`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    fn debit(&self, event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
