//! Handlers are not the methods of a trait.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
trait Listen {
    #[handler]
    fn on(&self, _: &Paid) {}
}

fn main() {}
