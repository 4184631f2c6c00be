//! A handler has a body.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(event: &Paid);

fn main() {}
