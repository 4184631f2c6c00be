//! A name that names nothing.

use events::prelude::*;

#[event(name = "")]
struct Paid;

fn main() {}
