//! All mistakes of a group are told at once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler(prioritiy = 1)]
    fn debit(_: &Paid) {}

    #[handler]
    fn credit(_: &mut Paid) {}

    #[handler]
    unsafe fn close(_: Paid) {}
}

fn main() {}
