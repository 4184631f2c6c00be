//! All mistakes of one item are told at once.

use events::prelude::*;

#[event(nmae = "order.paid", version = 0, key = order, unhandled = "deny")]
struct Paid<T> {
    order_id: T,
}

fn main() {}
