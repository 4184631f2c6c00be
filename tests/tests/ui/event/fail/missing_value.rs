//! Nothing follows the `=`.

use events::prelude::*;

#[event(version =)]
struct Paid;

fn main() {}
