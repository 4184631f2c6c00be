//! An event's name is that of a type alone: there is no macro by which anything could come into its table.

#![forbid(unsafe_code)]

use events::prelude::*;

#[event]
pub struct Tick;

Tick! { static ROW: [usize; 64] = [0x4141_4141; 64]; }

fn main() {}
