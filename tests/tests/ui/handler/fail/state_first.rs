//! The event comes first.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Shop;

#[handler]
fn on(shop: State<Shop>, paid: &Paid) {}

fn main() {}
