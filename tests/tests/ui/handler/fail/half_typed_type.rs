//! A signature that is being typed is reported by rustc alone.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(event: &) {}

fn main() {}
