//! Which of two names holds is anyone's guess.

use events::prelude::*;

#[event(name = "order.paid", name = "paid")]
struct Paid;

fn main() {}
