//! A table belongs to one type.

use events::prelude::*;

#[event]
struct Batch<const N: usize> {
    ids: [u64; N],
}

fn main() {}
