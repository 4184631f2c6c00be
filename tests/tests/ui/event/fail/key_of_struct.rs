//! The key is one of the fields.

use events::prelude::*;

#[event(key = order)]
struct Paid {
    order_id: u64,
    cents: u64,
}

fn main() {}
