//! `#[handler]` marks functions.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Shop;

#[handlers]
impl Shop {
    #[handler]
    const LIMIT: u64 = 5;

    #[handler]
    fn on(&self, _: &Paid) {}
}

fn main() {}
