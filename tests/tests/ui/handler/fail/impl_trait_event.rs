//! `impl Trait` names no event.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &impl Event) {}

fn main() {}
