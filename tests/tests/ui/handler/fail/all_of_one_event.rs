//! One event is not all.

use events::prelude::*;

#[event]
struct Paid;

#[handler(all)]
fn audit(_: &Paid) {}

fn main() {}
