//! `all` stands by itself.

use events::AnyEvent;
use events::prelude::*;

#[handler(all = true)]
fn audit(_: &AnyEvent<'_>) {}

fn main() {}
