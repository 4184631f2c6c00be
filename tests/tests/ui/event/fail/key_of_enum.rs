//! Every variant has the field that is the key.

use events::prelude::*;

#[event(key = order_id)]
enum Payment {
    Paid { order_id: u64, cents: u64 },
    Refunded { order: u64, cents: u64 },
}

fn main() {}
