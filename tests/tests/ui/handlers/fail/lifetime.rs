//! The type of a group has no lifetimes.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Till<'a>(&'a str);

#[handlers]
impl<'a> Till<'a> {
    #[handler]
    fn on(&self, _: &Paid) {}
}

fn main() {}
