//! What may stand in a group: `Self`, `self: &Self`, `#[cfg_attr(.., handler)]` and `#[cfg]` on arguments.

#![deny(warnings, clippy::pedantic, missing_docs, rust_2018_idioms)]
#![forbid(unsafe_code)]

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

struct Till<T>(T);

#[handlers]
impl Till<u64> {
    const LIMIT: u64 = 5;

    fn is_large(paid: &Paid) -> bool {
        paid.cents > Self::LIMIT
    }

    #[handler(when = |paid| paid.cents > Self::LIMIT, emits(Paid))]
    fn by_closure(&self, paid: &Paid) {
        assert!(paid.cents > self.0);
    }

    #[handler(when = Self::is_large)]
    fn by_name(self: &Self, paid: &Paid) {
        assert!(paid.cents > self.0);
    }

    #[cfg_attr(all(), handler(priority = 3))]
    fn there(&self, paid: &Paid) {
        assert!(paid.cents > self.0);
    }

    #[cfg_attr(any(), handler(priority = 3))]
    #[allow(dead_code)]
    fn not_there(&self, paid: &Paid) {
        assert!(paid.cents > self.0);
    }
}

#[handlers]
mod group {
    use super::{Context, Paid, handler};

    #[handler]
    fn one(_: &Paid, #[cfg(any())] _: Nothing, #[cfg(all())] cx: &Context) {
        assert_eq!(cx.attempt(), 1);
    }

    #[handler]
    fn two(_: &Paid) {}
}

#[handler]
fn alone(_: &Paid, #[cfg(any())] _: Nothing, #[cfg(all())] bus: Bus, shop: State<Till<u64>>) {
    assert!(bus.state::<Till<u64>>().is_some_and(|till| till.0 == shop.0));
}

#[handler]
fn stops(paid: &Paid) -> ! {
    panic!("{} cents", paid.cents)
}

fn main() {
    let bus = Bus::builder().state(Till(1_u64)).build().unwrap();
    let outcome = bus.emit(&Paid { cents: 990 });
    assert_eq!((outcome.ran(), outcome.failures().len()), (7, 1));
    assert_eq!(bus.emit(&Paid { cents: 2 }).ran(), 5);
}
