//! A handler that emits nothing says nothing.

use events::prelude::*;

#[event]
struct OrderPaid;

#[handler(emits())]
fn send(_: &OrderPaid) {}

fn main() {}
