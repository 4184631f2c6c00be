//! What it may return is known.

use events::AnyEvent;
use events::prelude::*;

#[handler(all)]
fn audit(_: &AnyEvent<'_>) -> u64 {
    7
}

fn main() {}
