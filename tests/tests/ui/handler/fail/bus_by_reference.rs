//! The bus is taken by value.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(paid: &Paid, bus: &Bus) {}

fn main() {}
