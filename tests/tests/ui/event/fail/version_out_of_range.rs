//! A version is a `u32`.

use events::prelude::*;

#[event(version = 4294967296)]
struct Paid;

fn main() {}
