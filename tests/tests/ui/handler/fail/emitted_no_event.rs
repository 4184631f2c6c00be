//! Only events are emitted.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

fn main() {
    let _ = events::dispatch(&5);
}
