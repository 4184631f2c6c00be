//! A batch has nothing to break.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(batch)]
fn ledger(events: &[Paid]) -> std::ops::ControlFlow<()> {
    let _ = events[0].cents;
    std::ops::ControlFlow::Break(())
}

fn main() {}
