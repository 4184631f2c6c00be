//! A handler handles one event.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[event]
struct Sent;

#[handler]
fn on(paid: &Paid, sent: &Sent) {}

fn main() {}
