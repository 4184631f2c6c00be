//! A batch is of events.

use events::prelude::*;

struct Paid;

#[handler(batch)]
fn ledger(_: &[u64]) {}

fn main() {}
