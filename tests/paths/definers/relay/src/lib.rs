//! Knows `events` through a framework alone.
#![forbid(unsafe_code)]

use framework::prelude::*;

#[event(key = cents, crate = framework::events)]
pub struct Paid {
    pub cents: u64,
}

#[event(async, crate = ::framework::events)]
pub struct Sent;

#[handler(crate = framework::events)]
fn own(_: &Paid) {}
