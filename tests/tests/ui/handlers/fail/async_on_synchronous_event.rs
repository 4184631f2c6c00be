//! Only an `#[event(async)]` is awaited.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    async fn debit(_: &Paid) {}

    #[handler]
    fn credit(_: &Paid) {}
}

fn main() {}
