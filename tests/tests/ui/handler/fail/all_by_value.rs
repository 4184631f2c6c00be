//! Handlers take events by reference.

use events::AnyEvent;
use events::prelude::*;

#[handler(all)]
fn audit(_: AnyEvent<'_>) {}

fn main() {}
