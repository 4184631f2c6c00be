//! Versions start at 1.

use events::prelude::*;

#[event(version = 0)]
struct Paid;

fn main() {}
