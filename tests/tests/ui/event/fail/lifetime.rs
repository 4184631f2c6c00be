//! An event may be handled later than its scope.

use events::prelude::*;

#[event]
struct Paid<'a> {
    by: &'a str,
}

fn main() {}
