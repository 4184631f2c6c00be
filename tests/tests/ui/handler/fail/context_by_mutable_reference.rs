//! The context is only read.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(_: &Paid, _: &mut Context) {}

fn main() {}
