//! State is asked for as `State<T>`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

#[handler]
fn debit(_: &Paid, ledger: &Ledger) {
    let _ = ledger;
}

fn main() {}
