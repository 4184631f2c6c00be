//! An option without a value is set once, too.

use events::prelude::*;

#[event(async, async)]
struct Paid;

fn main() {}
