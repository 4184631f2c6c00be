//! Two options run into each other.

use events::prelude::*;

#[event(version = 2 async)]
struct Paid;

fn main() {}
