//! Inside the condition rustc tells, once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(when = |event| event.euros > 1)]
fn ledger(_: &Paid, cx: &Context) {
    let _ = cx;
}

fn main() {}
