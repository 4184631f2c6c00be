//! A second attribute is found by whatever path.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
#[events::handler]
fn on(_: &Paid) {}

fn main() {}
