//! An attribute before nothing: rustc says so, and the other handlers stay.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Shop;

#[handlers]
impl Shop {
    #[handler]
    fn on(&self, _: &Paid) {}

    #[handler]
}

fn main() {}
