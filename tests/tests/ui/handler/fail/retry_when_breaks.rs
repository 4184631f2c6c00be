//! A break is no error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(retry(max = 5, when = |_| true))]
fn ledger(event: &Paid) -> std::ops::ControlFlow<()> {
    let _ = event.cents;
    std::ops::ControlFlow::Continue(())
}

fn main() {}
