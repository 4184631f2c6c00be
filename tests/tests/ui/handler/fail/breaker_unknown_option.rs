//! A misspelt name of the one required option is one error, at the name: not a second one, that the option is missing.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler(breaker(max = 20))]
fn on(_: &Paid) {}

fn main() {}
