//! A handler belongs to the event that the type of its argument is, whatever that is called where the handler stands.
#![forbid(unsafe_code)]

use events::prelude::*;

mod v1 {
    #[events::event]
    pub struct Paid {
        pub cents: u64,
        pub order: u64,
    }
}

mod v2 {
    #[events::event]
    pub struct Paid {
        pub by: String,
    }
}

/// The alias goes before what the glob imports.
mod api {
    #![allow(unused_imports)]
    pub use super::v1::*;
    pub type Paid = super::v2::Paid;
}

mod by_alias_over_glob {
    use super::api::Paid;

    #[events::handler]
    fn on(event: &Paid) -> Result<(), String> {
        if event.by == "card" { Ok(()) } else { Err(event.by.clone()) }
    }
}

#[events::handlers]
mod by_alias_in_a_group {
    #[allow(unused_imports)]
    use super::v1::*;
    use events::handler;
    type Paid = super::v2::Paid;

    #[handler]
    fn first(event: &Paid) {
        assert_eq!(event.by, "card");
    }

    #[handler]
    fn second(event: &Paid) {
        assert_eq!(event.by, "card");
    }
}

mod awaited {
    #[events::event(async)]
    pub struct Paid {
        pub by: String,
    }
}

mod by_alias_of_an_asynchronous_event {
    #[allow(unused_imports)]
    use super::v1::*;
    type Paid = super::awaited::Paid;

    #[events::handler]
    async fn on(event: &Paid) {
        assert_eq!(event.by, "card");
    }
}

trait Names {
    type Event;
}

struct Here;

impl Names for Here {
    type Event = v1::Paid;
}

type Projected = <Here as Names>::Event;

#[handler]
fn by_projection(event: &Projected) {
    assert_eq!((event.cents, event.order), (990, 7));
}

#[handler(batch)]
fn by_alias_of_a_slice(events: &[Projected]) {
    assert_eq!(events.len(), 1);
}

#[event]
struct Local {
    cents: u64,
}

#[test]
fn an_alias_over_a_glob_is_the_event_that_the_compiler_takes() {
    assert_eq!(events::dispatch(&v1::Paid { cents: 990, order: 7 }).ran(), 2);
    let outcome = events::dispatch(&v2::Paid { by: "card".into() });
    assert_eq!((outcome.ran(), outcome.is_ok()), (3, true));
}

#[test]
fn an_alias_inside_of_a_function_body_is_the_event_that_the_compiler_takes() {
    type Local = v3::Paid;

    #[handler]
    fn on(event: &Local) {
        assert_eq!(event.name, "seven");
    }

    assert_eq!(events::dispatch(&crate::Local { cents: 7 }).ran(), 0);
    assert_eq!(crate::Local { cents: 7 }.cents, 7);
    assert_eq!(events::dispatch(&v3::Paid { name: "seven" }).ran(), 1);
}

mod v3 {
    #[events::event]
    pub struct Paid {
        pub name: &'static str,
    }
}

#[test]
fn an_asynchronous_event_has_aliases_too() {
    let outcome = events_tests::now(events::dispatch_async(&awaited::Paid { by: "card".into() }));
    assert_eq!((outcome.ran(), outcome.is_ok()), (1, true));
}
