//! A lane has a name.

use events::prelude::*;

#[event(lane = "")]
struct Paid;

fn main() {}
