//! An option that needs a value stands alone.

use events::prelude::*;

#[event(name)]
struct Paid;

fn main() {}
