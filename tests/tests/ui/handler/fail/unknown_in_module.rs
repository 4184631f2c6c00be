//! An event that is not in its module is reported by rustc alone.

use events::prelude::*;

mod shop {
    #[events::event]
    pub struct Paid;
}

#[handler]
fn on(_: &shop::Pad) {}

fn main() {}
