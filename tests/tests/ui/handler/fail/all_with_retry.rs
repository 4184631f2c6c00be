//! A handler of all events sees each once.

use events::AnyEvent;
use events::prelude::*;

#[handler(all, retry(max = 5))]
fn audit(_: &AnyEvent<'_>) {}

fn main() {}
