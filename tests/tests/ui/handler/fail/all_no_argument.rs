//! A handler of all events takes one.

use events::prelude::*;

#[handler(all)]
fn audit() {}

fn main() {}
