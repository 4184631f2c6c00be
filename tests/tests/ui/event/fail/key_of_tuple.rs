//! The key of a tuple struct is an index.

use events::prelude::*;

#[event(key = 2)]
struct Paid(u64, u64);

fn main() {}
