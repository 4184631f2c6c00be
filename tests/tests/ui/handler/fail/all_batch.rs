//! A handler of all events sees each by itself.

use events::AnyEvent;
use events::prelude::*;

#[handler(all, batch)]
fn audit(_: &AnyEvent<'_>) {}

fn main() {}
