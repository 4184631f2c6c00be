//! A block is marked once.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
#[handlers]
mod group {
    use super::*;

    #[handler]
    fn on(_: &Paid) {}
}

fn main() {}
