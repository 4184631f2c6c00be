//! A circuit breaker leaves a handler alone that keeps failing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use events::lane::Reason;
use events::prelude::*;

use crate::support::{account, bus, default_lane, drain, lane};

#[derive(Default)]
struct Remote {
    is_up: AtomicBool,
    /// The first call that succeeds, where it is called briefly.
    up_from: AtomicU32,
    calls: AtomicU32,
    others: AtomicU32,
}

#[event]
struct Call(Arc<Remote>);

#[handler(breaker(failures = 3, cool_down = "1h"))]
fn call(event: &Call) -> Result<(), &'static str> {
    event.0.calls.fetch_add(1, Ordering::Relaxed);
    if event.0.is_up.load(Ordering::Relaxed) { Ok(()) } else { Err("down") }
}

#[handler]
fn other(event: &Call) {
    event.0.others.fetch_add(1, Ordering::Relaxed);
}

#[event]
struct BriefCall(Arc<Remote>);

#[handler(breaker(failures = 2, cool_down = "5ms"), retry(max = 100, backoff = "1ms..2ms"))]
fn call_briefly(event: &BriefCall) -> Result<(), &'static str> {
    let call = event.0.calls.fetch_add(1, Ordering::Relaxed) + 1;
    if call >= event.0.up_from.load(Ordering::Relaxed) { Ok(()) } else { Err("down") }
}

#[test]
fn after_so_many_failures_in_a_row_it_is_not_called() {
    let (bus, remote) = (bus(lane()), Arc::<Remote>::default());
    for _ in 0..10 {
        bus.send(Call(remote.clone())).unwrap();
    }
    drain(&bus);
    assert_eq!(remote.calls.load(Ordering::Relaxed), 3);
    assert_eq!(remote.others.load(Ordering::Relaxed), 10, "the other handler is not concerned");
    let reasons: Vec<_> = bus.dead_letters().list().iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons[..3], [Reason::Failed; 3]);
    assert_eq!(reasons[3..], [Reason::BreakerOpen; 7]);
    assert_eq!(account(&bus), (0, 10, 0, 0));
}

#[test]
fn a_success_in_between_starts_the_count_anew() {
    let (bus, remote) = (bus(lane()), Arc::<Remote>::default());
    for round in 0..10 {
        remote.is_up.store(round % 3 == 2, Ordering::Relaxed);
        bus.send(Call(remote.clone())).unwrap();
        drain(&bus);
    }
    assert_eq!(remote.calls.load(Ordering::Relaxed), 10);
}

#[test]
fn each_bus_has_breakers_of_its_own() {
    let (first, second, remote) = (bus(lane()), bus(lane()), Arc::<Remote>::default());
    for _ in 0..5 {
        first.send(Call(remote.clone())).unwrap();
    }
    drain(&first);
    remote.is_up.store(true, Ordering::Relaxed);
    second.send(Call(remote.clone())).unwrap();
    drain(&second);
    assert_eq!(account(&second), (1, 0, 0, 0));
}

#[test]
fn after_the_cool_down_a_retry_finds_it_closed_again() {
    let (bus, remote) = (bus(lane()), Arc::<Remote>::default());
    remote.up_from.store(3, Ordering::Relaxed);
    bus.send(BriefCall(remote.clone())).unwrap();
    drain(&bus);
    assert_eq!((remote.calls.load(Ordering::Relaxed), account(&bus)), (3, (1, 0, 0, 0)));
    assert!(bus.dead_letters().is_empty());
}

#[test]
fn the_lane_tells_which_breakers_are_open() {
    let (bus, remote) = (bus(lane()), Arc::<Remote>::default());
    let open = || default_lane(&bus).open_breakers();
    bus.send(Call(remote.clone())).unwrap();
    drain(&bus);
    assert!(open().is_empty());
    bus.send_batch((0..2).map(|_| Call(remote.clone()))).unwrap();
    drain(&bus);
    let open = open();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].handler.path.rsplit("::").next(), open[0].failures), (Some("call"), 3));
    assert!(open[0].rest > std::time::Duration::from_secs(3000), "{:?}", open[0].rest);
    let text = open[0].to_string();
    assert!(text.contains("breakers.rs:") && text.contains("failed 3 times in a row, not called"), "{text}");
}

#[test]
fn what_the_context_keeps_from_running_is_no_failure_of_the_handler() {
    let (bus, remote) = (bus(lane()), Arc::<Remote>::default());
    let expired = Context::new().with_deadline(std::time::Instant::now());
    for _ in 0..5 {
        bus.send_with(Call(remote.clone()), &expired).unwrap();
    }
    drain(&bus);
    assert!(default_lane(&bus).open_breakers().is_empty());
    for _ in 0..4 {
        bus.send(Call(remote.clone())).unwrap();
    }
    bus.send_with(Call(remote.clone()), &expired).unwrap();
    drain(&bus);
    assert_eq!(remote.calls.load(Ordering::Relaxed), 3);
    let reasons: Vec<_> = bus.dead_letters().list().iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons[..5], [Reason::Expired; 5]);
    assert_eq!(reasons[5..8], [Reason::Failed; 3]);
    assert_eq!(
        reasons[8..],
        [Reason::BreakerOpen, Reason::Expired],
        "expired is expired, whatever the breaker"
    );
}

#[event]
struct Choosy(bool, Arc<Remote>);

#[handler(when = |event| event.0, breaker(failures = 2, cool_down = "1h"))]
fn fail_if_chosen(event: &Choosy) -> Result<(), &'static str> {
    event.1.calls.fetch_add(1, Ordering::Relaxed);
    Err("chosen")
}

#[test]
fn a_handler_whose_condition_does_not_hold_has_not_succeeded() {
    let (bus, remote) = (bus(lane()), Arc::<Remote>::default());
    for chosen in [true, false, true, true] {
        bus.send(Choosy(chosen, remote.clone())).unwrap();
    }
    drain(&bus);
    assert_eq!(remote.calls.load(Ordering::Relaxed), 2);
    assert_eq!(account(&bus), (1, 3, 0, 0));
}
