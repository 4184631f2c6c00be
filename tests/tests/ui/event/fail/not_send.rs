//! An event may be handled on another thread.

use events::prelude::*;

#[event]
struct Paid {
    by: std::rc::Rc<str>,
}

fn main() {}
