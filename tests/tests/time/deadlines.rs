//! Deadlines of contexts by the clock that the test moves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::lane::Reason;
use events::outcome::Stop;
use events::prelude::*;
use events::testing::Clock;

use crate::{HOUR, Note, account, bus, settle};

/// Where the time that is left is written down.
#[event]
struct Ask(Arc<Mutex<Option<Duration>>>, Clock, Duration);

#[handler(priority = 1)]
fn ask(event: &Ask, cx: &Context) {
    *event.0.lock().unwrap() = cx.remaining();
    event.1.advance(event.2);
}

#[handler]
fn ask_no_further(_: &Ask) {}

#[test]
fn an_emit_stops_when_the_clock_comes_to_the_deadline() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let left = Arc::<Mutex<_>>::default();
    let cx = clock.context().with_timeout(HOUR);
    let ask = |advance| Ask(left.clone(), clock.clone(), advance);
    assert_eq!(bus.emit_with(&ask(HOUR / 2), &cx).ran(), 2);
    assert_eq!(*left.lock().unwrap(), Some(HOUR));
    let outcome = bus.emit_with(&ask(HOUR / 2), &cx);
    assert_eq!((outcome.ran(), outcome.stopped()), (1, Some(Stop::Deadline)));
    assert_eq!(*left.lock().unwrap(), Some(HOUR / 2));
    assert_eq!(bus.emit_with(&ask(HOUR), &cx).ran(), 0);
}

/// Also one that was made without the clock: the lane brings its own.
#[test]
fn an_event_expires_on_its_lane_by_the_clock() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let lane = bus.lane("default").unwrap();
    let seen = Arc::<Mutex<Vec<u32>>>::default();
    lane.pause();
    for (number, cx) in [
        (0, clock.context().with_timeout(HOUR)),
        (1, clock.context().with_timeout(HOUR * 3)),
        (2, Context::new().with_timeout(HOUR)),
        (3, Context::new().with_timeout(HOUR * 3)),
    ] {
        bus.send_with(Note(number, seen.clone()), &cx).unwrap();
    }
    clock.advance(HOUR * 2);
    lane.resume();
    settle(&bus);
    assert_eq!(*seen.lock().unwrap(), [1, 3]);
    assert_eq!(account(&bus), (2, 2, 0));
    assert!(bus.dead_letters().list().iter().all(|letter| letter.reason == Reason::Expired));
}

#[test]
fn a_handler_sees_the_time_that_is_left_by_the_clock() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let left = Arc::<Mutex<_>>::default();
    let cx = clock.context().with_timeout(HOUR);
    clock.advance(HOUR / 4);
    bus.send_with(Ask(left.clone(), clock.clone(), HOUR), &cx).unwrap();
    settle(&bus);
    assert_eq!(*left.lock().unwrap(), Some(HOUR * 3 / 4));
    assert_eq!(bus.dead_letters().list()[0].reason, Reason::Expired, "for the second handler");
}
