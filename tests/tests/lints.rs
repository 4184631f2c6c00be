//! What the macros write passes the lints of rustc, inside function bodies too, where some hold that hold nowhere else.

#![deny(warnings, missing_docs, unused, non_local_definitions)]
#![deny(rust_2018_idioms, unreachable_pub, single_use_lifetimes, trivial_casts, unused_qualifications)]
#![deny(unused_results, let_underscore_drop, unit_bindings, redundant_imports)]
#![deny(clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]

use events::prelude::*;
use events_tests::{emit_with, handled, now};

/// Heard by handlers of every kind.
#[event(name = "bell.rung", version = 3, key = floor, unhandled = "allow", lane = "bells", urgency = "low")]
struct BellRung {
    floor: u8,
}

#[event(async)]
enum DoorMoved {
    Opened { floor: u8 },
    Closed(u8),
    Stuck,
}

/// An enum with a key.
#[event(key = 0)]
enum LampSwitched {
    On(String),
    Off(String, u8),
}

#[handler]
fn note(event: &LampSwitched) {
    let (LampSwitched::On(name) | LampSwitched::Off(name, 1..)) = event else { panic!("off at no floor") };
    assert_eq!(name, "lamp");
}

#[handler(batch(split), retry(max = 3, backoff = "1ms", jitter = "full", when = |_| true), timeout = "1s", breaker(failures = 2))]
fn count(events: &[BellRung], cx: &Context) -> Result<(), String> {
    if cx.attempt() == 1 && events.len() == 1 { Ok(()) } else { Err(String::new()) }
}

#[handler(batch)]
async fn count_doors(events: &[DoorMoved]) {
    std::future::ready(()).await;
    assert_eq!(events.len(), 1);
}

#[handler(priority = -1, when = |event| event.floor < 10)]
fn answer(event: &BellRung, cx: &Context) -> Result<(), String> {
    if cx.attempt() == 1 && event.floor < 10 { Ok(()) } else { Err(String::new()) }
}

#[handler(concurrent)]
async fn log(event: &DoorMoved) {
    let floor = match event {
        DoorMoved::Opened { floor } | DoorMoved::Closed(floor) => *floor,
        DoorMoved::Stuck => 0,
    };
    std::future::ready(()).await;
    assert!(floor < 10);
}

#[handlers]
mod porter {
    use super::{BellRung, Context, DoorMoved, handler};

    #[handler]
    fn greet(_: &BellRung) {}

    #[handler(when = |event| event.floor == 3)]
    fn wave(_: &BellRung, _: &Context) {}

    #[handler]
    async fn bow(_: &DoorMoved) {
        std::future::ready(()).await;
    }

    #[handler]
    fn nod(_: &DoorMoved, _: &Context) {}
}

struct House {
    floors: u8,
}

#[handlers]
impl House {
    #[handler]
    fn check(&self, event: &BellRung) -> Result<(), String> {
        if event.floor < self.floors { Ok(()) } else { Err("no such floor".to_owned()) }
    }

    #[handler(batch, retry(max = 3))]
    fn check_all(&self, events: &[BellRung]) {
        assert!(events.iter().all(|event| event.floor < self.floors));
    }

    #[handler]
    fn check_again(&self, event: &BellRung, other: State<'_, House>) {
        assert_eq!(self.floors, other.floors);
        assert!(event.floor < other.floors);
    }
}

#[test]
fn handlers_under_lints_run() {
    let outcome = emit_with(&BellRung { floor: 3 }, House { floors: 4 });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 7);
    let doors = [DoorMoved::Opened { floor: 1 }, DoorMoved::Closed(1), DoorMoved::Stuck];
    for door in doors {
        assert_eq!(now(events::dispatch_async(&door)).ran(), 4);
    }
    let lamps = [LampSwitched::On("lamp".to_owned()), LampSwitched::Off("lamp".to_owned(), 1)];
    assert_eq!(lamps.map(|lamp| handled(&lamp)), [1, 1]);
}

#[test]
fn a_function_body_holds_event_and_handlers() {
    #[event]
    struct LampLit;

    #[handler]
    fn see(_: &LampLit) {}

    #[handlers]
    mod group {
        use events::prelude::*;

        #[event]
        pub(super) struct LampBroken;

        #[handler]
        fn mend(_: &LampBroken) {}
    }

    assert_eq!(handled(&LampLit), 1);
    assert_eq!(handled(&group::LampBroken), 1);
}

/// So small that a function would take it by value.
#[event]
#[derive(Clone, Copy)]
struct ClockTicked(u8);

#[handler]
fn wind(event: &ClockTicked, _: &Context) {
    assert_eq!(event.0, 1);
}

#[handler(priority = -1)]
fn refuse(event: &ClockTicked) -> ! {
    panic!("the clock ticked at {}", event.0)
}

#[test]
fn a_handler_that_never_returns_fails_and_is_no_lint() {
    let outcome = events::dispatch(&ClockTicked(1));
    assert_eq!((outcome.ran(), outcome.failed()), (2, 1));
}
