//! There are three urgencies.

use events::prelude::*;

#[event(urgency = "highest")]
struct Paid;

fn main() {}
