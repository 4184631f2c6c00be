//! Behind the event come extractors.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    fn debit(_: &Paid, n: u32) {
        let _ = n;
    }

    #[handler]
    fn credit(_: &Paid) {}
}

fn main() {}
