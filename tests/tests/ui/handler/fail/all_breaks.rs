//! A handler of all events looks on.

use std::ops::ControlFlow;

use events::AnyEvent;
use events::prelude::*;

#[handler(all)]
fn audit(_: &AnyEvent<'_>) -> ControlFlow<()> {
    ControlFlow::Break(())
}

fn main() {}
