//! A name is a text.

use events::prelude::*;

#[event(name = paid)]
struct Paid;

fn main() {}
