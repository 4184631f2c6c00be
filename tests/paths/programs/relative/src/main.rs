//! Writes the path in every way a path can be written.
#![forbid(unsafe_code)]

use ev::prelude::*;
use plain::Paid;

/// The facade of this program.
mod facade {
    pub use ev as events;
}

use facade::events as short;

#[event(crate = facade::events)]
struct Relative;
#[handler(crate = facade::events)]
fn relative(_: &Relative) {}

#[event(crate = self::facade::events)]
struct FromSelf;
#[handler(crate = self::facade::events)]
fn from_self(_: &FromSelf) {}

#[event(crate = crate::facade::events)]
struct FromCrate;
#[handler(crate = crate::facade::events)]
fn from_crate(_: &FromCrate) {}

#[event(crate = short)]
struct FromUse;
#[handler(crate = short)]
fn from_use(_: &FromUse) {}

mod inner {
    use super::*;

    #[event(crate = super::facade::events)]
    pub struct FromSuper;
    #[handler(crate = super::facade::events)]
    fn from_super(_: &FromSuper) {}

    #[handlers(crate = super::facade::events)]
    mod group {
        use ev::prelude::*;

        #[handler]
        fn from_super(_: &super::super::inner::FromSuper) {}
    }

    pub mod deep {
        use super::*;

        #[handler(crate = super::super::facade::events)]
        fn from_super_of_super(_: &FromSuper) {}
    }
}

// The path is that of where the attribute stands, not of what is in the module.
#[handlers(crate = facade::events)]
mod group_relative {
    use ev::prelude::*;

    #[handler]
    fn first(_: &super::Relative) {}

    #[handler]
    fn second(_: &super::Relative, _: &Context) {}
}

#[handlers(crate = self::facade::events)]
mod group_from_self {
    use ev::prelude::*;

    #[handler]
    fn first(_: &super::FromSelf) {}
}

#[handlers(crate = crate::facade::events)]
mod group_from_crate {
    use ev::prelude::*;

    #[handler]
    fn first(_: &super::FromCrate) {}
}

#[handlers(crate = short)]
mod group_from_use {
    use ev::prelude::*;

    #[handler]
    fn first(_: &super::FromUse) {}
}

struct Till;

#[handlers(crate = facade::events)]
impl Till {
    #[handler]
    fn paid(&self, _: &Paid) {}
}

fn in_a_body() -> u32 {
    #[event(crate = ev)]
    struct Local;

    #[handler(crate = ev)]
    fn one(_: &Local) {}

    #[handlers(crate = ev)]
    mod group {
        use plain::Paid;

        #[ev::handler]
        fn paid(_: &Paid) {}
    }

    ev::dispatch(&Local).ran()
}

fn main() {
    assert_eq!(ev::dispatch(&Relative).ran(), 3);
    assert_eq!(ev::dispatch(&FromSelf).ran(), 2);
    assert_eq!(ev::dispatch(&FromCrate).ran(), 2);
    assert_eq!(ev::dispatch(&FromUse).ran(), 2);
    assert_eq!(ev::dispatch(&inner::FromSuper).ran(), 3);
    let bus = Bus::builder().state(Till).build().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(bus.emit(&Paid { cents: 990 }).ran(), 3);
    assert_eq!(in_a_body(), 1);
    println!("relative handles plain");
}
