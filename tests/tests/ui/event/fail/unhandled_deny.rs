//! Having no handler is a mistake unless allowed; there is nothing to deny.

use events::prelude::*;

#[event(unhandled = "deny")]
struct Paid;

fn main() {}
