//! A handler tells whether it succeeded, and no more.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[event(async)]
struct Sent;

#[handler]
async fn receipt(_: &Sent) -> u32 {
    0
}

fn main() {}
