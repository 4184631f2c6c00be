//! A closure takes no attribute, says rustc.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

fn setup() {
    #[handler]
    let on = |_: &Paid| {};
    on(&Paid { cents: 1 });
}

fn main() {}
