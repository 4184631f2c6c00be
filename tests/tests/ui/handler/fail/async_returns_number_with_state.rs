//! The same with an argument: the code that binds it says nothing more.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[event(async)]
struct Sent;

#[handler]
async fn receipt(_: &Sent, cx: &Context) -> u32 {
    cx.attempt()
}

fn main() {}
