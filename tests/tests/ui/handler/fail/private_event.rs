//! So is an event that may not be named.

use events::prelude::*;

mod shop {
    #[events::event]
    struct Paid;
}

#[handler]
fn on(_: &shop::Paid) {}

fn main() {}
