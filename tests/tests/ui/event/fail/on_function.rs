//! An event is a type.

use events::prelude::*;

#[event]
fn paid() {}

fn main() {}
