//! A handler of all events sees synchronous ones too.

use events::AnyEvent;
use events::prelude::*;

#[handler(all)]
async fn audit(_: &AnyEvent<'_>) {}

fn main() {}
