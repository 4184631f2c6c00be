//! A framework whose users need not know that there is a crate `events`.
#![forbid(unsafe_code)]

pub use bus as events;

/// What users of the framework import.
pub mod prelude {
    pub use bus::prelude::*;
}

#[event(key = cents, crate = crate::events)]
pub struct Paid {
    pub cents: u64,
}

#[event(async, crate = self::events)]
pub struct Sent;

use prelude::{event, handler};

#[handler(crate = events)]
fn own(_: &Paid) {}
