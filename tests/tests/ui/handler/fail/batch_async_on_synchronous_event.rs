//! An `async` batch handler handles an asynchronous event.

use events::prelude::*;

#[event]
struct Paid;

#[handler(batch)]
async fn ledger(_: &[Paid]) {}

fn main() {}
