//! Without fields there is no key.

use events::prelude::*;

#[event(key = order_id)]
struct Paid;

fn main() {}
