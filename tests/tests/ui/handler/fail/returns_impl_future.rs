//! A handler that waits is an `async fn`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(_: &Paid) -> impl Future<Output = ()> {
    async {}
}

fn main() {}
