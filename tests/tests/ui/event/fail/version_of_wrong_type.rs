//! A version is a number.

use events::prelude::*;

#[event(version = "2")]
struct Paid;

fn main() {}
