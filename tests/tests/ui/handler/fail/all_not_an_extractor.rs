//! Behind the event come extractors.

use events::AnyEvent;
use events::prelude::*;

#[handler(all)]
fn audit(_: &AnyEvent<'_>, _: u64) {}

fn main() {}
