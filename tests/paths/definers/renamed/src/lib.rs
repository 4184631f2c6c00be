//! Knows `events` by another name.
#![forbid(unsafe_code)]

use ev::prelude::*;

#[event(key = cents, crate = ev)]
pub struct Paid {
    pub cents: u64,
}

#[event(async, crate = ::ev)]
pub struct Sent;

#[handler(crate = ev)]
fn own(_: &Paid) {}
