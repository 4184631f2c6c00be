//! A module that is not there is reported by rustc alone.

use events::prelude::*;

#[handler]
fn on(_: &nowhere::Paid) {}

fn main() {}
