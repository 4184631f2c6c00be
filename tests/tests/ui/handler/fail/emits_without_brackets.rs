//! The events stand in brackets.

use events::prelude::*;

#[event]
struct OrderSent;

#[event]
struct OrderPaid;

#[handler(emits = OrderSent)]
fn send(_: &OrderPaid) {}

fn main() {}
