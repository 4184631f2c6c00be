//! A path that leads nowhere is one error.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers(crate = evnts)]
mod group {
    use super::*;

    #[handler]
    fn one(_: &Paid) {}

    #[handler]
    fn two(_: &Paid) {}
}

fn main() {}
