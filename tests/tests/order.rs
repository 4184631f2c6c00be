//! The order of handlers, as a program sees it: across modules, groups and methods.

use std::ops::ControlFlow;
use std::sync::Mutex;

use events::outcome::Stop;
use events::prelude::*;

/// Handlers note their names in it.
#[event]
struct Trail(Mutex<Vec<&'static str>>);

impl Trail {
    fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn note(&self, name: &'static str) {
        self.0.lock().unwrap().push(name);
    }

    fn notes(self) -> Vec<&'static str> {
        self.0.into_inner().unwrap()
    }
}

#[handler]
fn zebra(trail: &Trail) {
    trail.note("zebra");
}

#[handler]
fn ape(trail: &Trail) {
    trail.note("ape");
}

#[handler(priority = 2147483647)]
fn first(trail: &Trail) {
    trail.note("first");
}

#[handler(priority = -2147483648)]
fn last(trail: &Trail) {
    trail.note("last");
}

mod inner {
    use super::*;

    #[handler]
    fn nested(trail: &Trail) {
        trail.note("inner::nested");
    }
}

#[handlers]
mod group {
    use super::*;

    #[handler]
    fn two(trail: &Trail) {
        trail.note("group::two");
    }

    #[handler]
    fn one(trail: &Trail) {
        trail.note("group::one");
    }

    #[handler(priority = 5)]
    fn early(trail: &Trail) {
        trail.note("group::early");
    }
}

struct Methods;

#[handlers]
impl Methods {
    #[handler]
    fn method(trail: &Trail) {
        trail.note("Methods::method");
    }
}

const ORDER: [&str; 9] = [
    "first",
    "group::early",
    "Methods::method",
    "ape",
    "group::one",
    "group::two",
    "inner::nested",
    "zebra",
    "last",
];

#[test]
fn dispatch_follows_priority_then_path() {
    let trail = Trail::new();
    assert_eq!(events::dispatch(&trail).ran(), 9);
    assert_eq!(trail.notes(), ORDER);
}

#[test]
fn a_bus_follows_the_same_order() {
    let bus = Bus::builder().build().unwrap();
    let trail = Trail::new();
    assert_eq!(bus.emit(&trail).ran(), 9);
    assert_eq!(trail.notes(), ORDER);
}

#[test]
fn the_registry_tells_the_same_order() {
    let handlers = events::registry().handlers().filter(|handler| handler.event.path == Trail::META.path);
    let names: Vec<_> = handlers.map(|handler| handler.path.split_once("::").unwrap().1).collect();
    assert_eq!(names, ORDER);
}

#[event]
struct Guarded;

#[handlers]
mod guards {
    use super::*;

    #[handler]
    fn a(_: &Guarded) {}

    #[handler]
    fn b(_: &Guarded) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    #[handler]
    fn c(_: &Guarded) {
        panic!("never reached");
    }
}

#[handler]
fn zzz_after_the_group(_: &Guarded) {
    panic!("never reached");
}

#[test]
fn a_break_within_a_group_stops_its_rest_and_the_rows_behind_it() {
    let bus = Bus::builder().build().unwrap();
    for outcome in [events::dispatch(&Guarded), bus.emit(&Guarded)] {
        assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Break), 2));
        assert!(outcome.is_ok());
    }
}
