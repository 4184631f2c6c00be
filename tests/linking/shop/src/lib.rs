//! Events for others to handle, and a handler beside them.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

use events::prelude::*;

/// An order was paid.
#[event(name = "shop.paid")]
pub struct Paid(pub u64);

/// Runs in the crate of the event.
#[handler]
fn own(_: &Paid) {}

/// The same name as events elsewhere.
pub mod nested {
    /// An event of the same name in another module.
    #[events::event]
    pub struct Paid;

    #[events::handler]
    fn nested(_: &Paid) {}
}
