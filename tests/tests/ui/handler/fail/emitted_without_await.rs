//! An asynchronous event is awaited.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[event(async)]
struct Sent;

#[handler]
async fn receipt(_: &Sent) {}

fn main() {
    let _ = events::dispatch(&Sent);
}
