//! A future may be polled on any thread.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[event(async)]
struct Sent;

#[handler]
async fn receipt(_: &Sent) {
    let shared = std::rc::Rc::new(());
    std::future::ready(()).await;
    drop(shared);
}

fn main() {}
