//! rustc says that a type is missing, and nothing else is said.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(_: &Paid, _: State<_>) {}

fn main() {}
