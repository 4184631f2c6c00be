//! Once is enough.

use events::prelude::*;

#[event]
struct OrderSent;

#[event]
struct OrderPaid;

#[handler(emits(OrderSent, OrderSent))]
fn send(_: &OrderPaid) {}

fn main() {}
