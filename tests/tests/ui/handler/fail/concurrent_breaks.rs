//! Who runs side by side with others cannot keep them from running.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(concurrent)]
fn ledger(event: &Paid) -> std::ops::ControlFlow<()> {
    let _ = event.cents;
    std::ops::ControlFlow::Continue(())
}

fn main() {}
