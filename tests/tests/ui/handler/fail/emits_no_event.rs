//! What a handler emits is an event.

use events::prelude::*;

struct OrderSent;

#[event]
struct OrderPaid;

#[handler(emits(OrderSent))]
fn send(_: &OrderPaid) {}

fn main() {}
