//! An urgency is a text.

use events::prelude::*;

#[event(urgency = 1)]
struct Paid;

fn main() {}
