//! So is a name that two globs import.

use events::prelude::*;

mod a {
    #[events::event]
    pub struct Paid;
}
mod b {
    #[events::event]
    pub struct Paid;
}
use a::*;
use b::*;

#[handler]
fn on(_: &Paid) {}

fn main() {}
