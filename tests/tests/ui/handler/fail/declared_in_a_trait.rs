//! So has one in a trait.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

trait Listen {
    #[handler]
    fn on(event: &Paid);
}

fn main() {}
