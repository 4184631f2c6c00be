//! rustc says that a type is missing, and nothing else is said.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(paid: &Paid) -> _ {
    paid.cents
}

fn main() {}
