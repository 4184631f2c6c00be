//! `async` is said or not said.

use events::prelude::*;

#[event(async = true)]
struct Paid;

fn main() {}
