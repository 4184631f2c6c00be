//! What keeps a type from being an event is reported there, and not at its handlers.

use events::prelude::*;

#[event]
struct Paid {
    cents: std::cell::Cell<u64>,
}

#[handler]
fn one(_: &Paid) {}

#[handler]
fn two(_: &Paid) {}

fn main() {}
