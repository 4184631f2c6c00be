//! An option with a typing error.

use events::prelude::*;

#[event(nmae = "order.paid")]
struct Paid;

fn main() {}
