//! State is taken by value.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Shop;

#[handler]
fn on(paid: &Paid, shop: &mut State<Shop>) {}

fn main() {}
