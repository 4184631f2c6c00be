//! Which of two priorities holds is anyone's guess.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(priority = 1, priority = 2)]
fn ledger(_: &Paid) {}

fn main() {}
