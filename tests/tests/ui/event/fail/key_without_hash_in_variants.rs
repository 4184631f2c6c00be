//! A key has a hash in each variant.

use events::prelude::*;

#[event(key = weight)]
enum Weighed {
    Exactly { weight: u32 },
    About { weight: f64 },
}

fn main() {}
