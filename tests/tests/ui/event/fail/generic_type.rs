//! A table belongs to one type.

use events::prelude::*;

#[event]
struct Paid<T> {
    amount: T,
}

fn main() {}
