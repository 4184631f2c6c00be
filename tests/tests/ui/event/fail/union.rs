//! Nobody could tell which field of a union holds.

use events::prelude::*;

#[event]
union Paid {
    cents: u64,
    euros: f64,
}

fn main() {}
