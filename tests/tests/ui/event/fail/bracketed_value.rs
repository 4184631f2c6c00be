//! Values follow `=`, not in brackets.

use events::prelude::*;

#[event(name("order.paid"))]
struct Paid;

fn main() {}
