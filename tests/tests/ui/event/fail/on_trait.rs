//! An event is a type.

use events::prelude::*;

#[event]
pub trait Paid {}

fn main() {}
