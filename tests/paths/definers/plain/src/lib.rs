//! Knows `events` by its name, and shows it to those who depend on this crate alone.
#![forbid(unsafe_code)]

pub use events;
use events::prelude::*;

#[event(key = cents)]
pub struct Paid {
    pub cents: u64,
}

#[event(async)]
pub struct Sent;

#[handler]
fn own(_: &Paid) {}
