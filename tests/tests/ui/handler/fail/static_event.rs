//! A handler sees its event while it runs.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(paid: &'static Paid) {}

fn main() {}
