//! An `impl` block holds no statics, so its handlers are placed by `#[handlers]`.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Ledger;

impl Ledger {
    #[handler]
    fn debit(event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
