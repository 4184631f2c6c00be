//! A handler that only panics is no lint in the user's code.

#![deny(warnings, clippy::pedantic)]

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn refuse(event: &Paid) -> ! {
    panic!("{} cents", event.cents)
}

fn main() {
    assert!(!events::dispatch(&Paid { cents: 7 }).is_ok());
}
