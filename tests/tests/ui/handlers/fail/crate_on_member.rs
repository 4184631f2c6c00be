//! The whole group finds the crate by one path.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler(crate = ::events)]
    fn debit(_: &Paid) {}
}

fn main() {}
