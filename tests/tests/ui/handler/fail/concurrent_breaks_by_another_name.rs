//! Nor by another name of the type.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(concurrent)]
fn ledger(event: &Paid) -> Verdict {
    let _ = event.cents;
    Verdict::Continue(())
}

type Verdict = std::ops::ControlFlow<StopReason>;

fn main() {}
