//! So is one with an open bracket.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(event: &Paid, shop: State<) {}

fn main() {}
