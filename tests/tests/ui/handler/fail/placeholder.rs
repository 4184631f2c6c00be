//! So is a placeholder.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(event: &_) {}

fn main() {}
