//! The other handlers of the group are left alone.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Shop;

#[handlers]
impl Shop {
    #[handler]
    fn one(&self, event: &) {}

    #[handler]
    fn two(&self, event) {}

    #[handler]
    fn three(&self, _: &Paid) {}
}

#[handlers]
mod group {
    use super::*;

    #[handler]
    fn one(_: &Paid, shop: State<) {}

    #[handler]
    fn two(_: &Paid) {}
}

fn main() {}
