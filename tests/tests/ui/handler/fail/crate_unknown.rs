//! A path that leads nowhere is one error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(crate = evnts)]
fn on(_: &Paid) {}

fn main() {}
