//! `crate` has a path.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(crate)]
fn on(_: &Paid) {}

#[handler(crate = "events")]
fn two(_: &Paid) {}

fn main() {}
