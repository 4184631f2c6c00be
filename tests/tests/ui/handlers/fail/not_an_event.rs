//! Each handler of a type that is no event is told, at its own type.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Refunded;

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    fn debit(_: &Refunded) {}

    #[handler]
    fn credit(_: &Paid) {}
}

fn main() {}
