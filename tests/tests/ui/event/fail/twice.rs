//! One attribute makes one table.

use events::prelude::*;

#[event]
#[event(version = 2)]
struct Paid;

fn main() {}
