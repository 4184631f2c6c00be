//! The same in an `async fn`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[event(async)]
struct Sent;

#[handler]
async fn receipt(_: &Sent, n: u32) {
    let _ = n;
}

fn main() {}
