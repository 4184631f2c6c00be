//! Without generics there is nothing to bound.

use events::prelude::*;

#[event]
struct Paid
where
    u64: Copy,
{
    cents: u64,
}

fn main() {}
