//! A type that is not found is reported once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    fn on(_: &Paid) -> Result<(), PaymentError> {
        Ok(())
    }
}

fn main() {}
