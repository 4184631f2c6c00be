//! Who sees all events says so.

use events::AnyEvent;
use events::prelude::*;

#[handler]
fn on(_: &AnyEvent<'_>) {}

fn main() {}
