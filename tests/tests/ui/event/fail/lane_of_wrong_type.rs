//! The name of a lane is a text.

use events::prelude::*;

#[event(lane = payments)]
struct Paid;

fn main() {}
