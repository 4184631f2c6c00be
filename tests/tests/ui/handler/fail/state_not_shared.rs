//! State is shared among threads.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn on(paid: &Paid, name: State<std::rc::Rc<str>>) {}

fn main() {}
