//! Modules and `impl` blocks with more in them than handlers.

#![deny(warnings)]
#![forbid(unsafe_code)]

use events::{Context, event, handler, handlers};

#[event]
pub struct Paid {
    pub cents: u64,
}

#[event]
pub struct Refunded;

/// Two events, two priorities: three rows.
#[handlers]
pub mod ledger {
    //! Documented inside.
    use super::{Context, Paid, Refunded, handler};

    const LIMIT: u64 = 100_00;

    /// A function that is no handler.
    pub fn is_large(event: &Paid) -> bool {
        event.cents > LIMIT
    }

    #[handler(when = is_large)]
    fn flag(_: &Paid) {}

    #[handler(priority = 1)]
    pub(crate) fn first(_: &Paid, _: &Context) -> Result<(), String> {
        Ok(())
    }

    #[handler]
    fn last(_: &Paid) {}

    #[handler]
    fn refund(_: &Refunded) {}
}

struct Till;

#[handlers]
impl Till {
    const DRAWERS: u64 = 2;

    #[handler]
    fn open(event: &Paid) {
        assert!(event.cents > Self::DRAWERS);
    }
}

fn main() {
    let _ = Till;
    assert_eq!(events::dispatch(&Paid { cents: 990 }).ran(), 3);
    assert_eq!(events::dispatch(&Refunded).ran(), 1);
    assert!(!ledger::is_large(&Paid { cents: 1 }));
    assert!(ledger::first(&Paid { cents: 1 }, Context::empty()).is_ok());
}
