//! The same with an argument: the code that binds it says nothing more.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(event: &Paid, cx: &Context) -> u32 {
    let _ = cx;
    event.cents as u32
}

fn main() {}
