//! A module that holds types is no type.

use events::prelude::*;

#[event]
mod paid {
    pub struct Paid;
}

fn main() {}
