//! Handlers that take what is queued.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use events::context::Canceller;
use events::lane::Reason;
use events::prelude::*;

use crate::support::{Gate, Job, LONG, Log, ORDERS, account, bus, default_lane, drain, lane};

type Seen = Arc<Log<Vec<u64>>>;

/// For a batch handler without any other wish.
#[event]
struct Read(u64, Seen);

#[handler(batch(size = "4..32", linger = "1ms..2ms"))]
fn store(events: &[Read]) {
    events[0].1.push(events.iter().map(|event| event.0).collect());
}

#[test]
fn what_is_queued_comes_together_and_no_batch_is_larger_than_asked_for() {
    for workers in [1, 3] {
        let (bus, seen) = (bus(lane().workers(workers)), Log::new());
        let lane = default_lane(&bus);
        lane.pause();
        bus.send_batch((0..1000).map(|number| Read(number, seen.clone()))).unwrap();
        lane.resume();
        drain(&bus);
        let batches = seen.get();
        assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), 1000);
        assert!(batches.iter().all(|batch| batch.len() <= 32), "{batches:?}");
        assert!(batches.len() <= 100, "loaded, batches grow: there were {}", batches.len());
        if workers == 1 {
            assert!(batches.into_iter().flatten().eq(0..1000));
        }
        assert_eq!(account(&bus), (1000, 0, 0, 0));
    }
}

#[test]
fn idle_a_small_batch_is_not_kept_waiting() {
    let (bus, seen) = (bus(lane()), Log::new());
    let start = Instant::now();
    bus.send(Read(1, seen.clone())).unwrap();
    drain(&bus);
    assert!(start.elapsed() >= Duration::from_millis(1), "it waited for others as long as it lingers");
    assert_eq!(seen.get(), [[1]]);
}

/// Lingers for an hour.
#[event]
struct Hoarded(Seen);

#[handler(batch(size = "8", linger = "1h"))]
fn hoard(events: &[Hoarded]) {
    events[0].0.push(vec![events.len() as u64]);
}

#[test]
fn full_windows_leave_nothing_behind_that_a_drain_waits_for() {
    let (bus, seen) = (bus(lane()), Log::new());
    for _ in 0..10 {
        bus.send_batch((0..8).map(|_| Hoarded(seen.clone()))).unwrap();
        drain(&bus);
    }
    assert_eq!(seen.get(), vec![vec![8]; 10]);
    let start = Instant::now();
    assert!(bus.shutdown(LONG).is_clean());
    assert!(start.elapsed() < LONG / 2);
}

#[test]
fn a_shutdown_does_not_wait_for_more() {
    for late in [false, true] {
        let (bus, seen, gate) = (bus(lane()), Log::new(), Gate::new());
        if late {
            bus.send(Job::waits_at(&gate)).unwrap();
            gate.wait_for(1);
        } else {
            gate.open();
        }
        bus.send_batch((0..3).map(|_| Hoarded(seen.clone()))).unwrap();
        if !late {
            crate::support::until("all are in the window", || default_lane(&bus).depth() == 0);
        }
        let report = std::thread::scope(|scope| {
            let shutdown = scope.spawn(|| bus.shutdown(LONG));
            crate::support::until("the bus is closed", || bus.try_send(Job::new(|| ())).is_err());
            gate.open();
            shutdown.join().unwrap()
        });
        assert!(report.is_clean(), "{report}");
        assert!(report.took < LONG / 2);
        assert_eq!(seen.get(), [[3]]);
    }
}

/// For a handler that fails on some of them. Four make a batch, however long the worker takes to gather them.
#[event(key = 1)]
struct Rated(u64, u64, Seen);

#[handler(batch(size = "4", linger = "1h"), retry(max = 2, backoff = "1ms..1ms"))]
fn rate_whole(events: &[Rated], cx: &Context) -> Result<(), String> {
    events[0].2.push(events.iter().map(|event| event.0).chain([1000 + u64::from(cx.attempt())]).collect());
    match events.iter().find(|event| event.0 >= 100) {
        Some(_) if cx.attempt() == 3 && events[0].1 == 1 => Ok(()),
        Some(event) => Err(format!("bad {}", event.0)),
        None => Ok(()),
    }
}

#[test]
fn a_batch_that_failed_is_retried_whole() {
    for order in ORDERS {
        let (bus, seen) = (bus(lane().key_order(order)), Log::new());
        let lane = default_lane(&bus);
        lane.pause();
        bus.send_batch([1, 2, 100, 4].map(|number| Rated(number, 0, seen.clone()))).unwrap();
        lane.resume();
        drain(&bus);
        assert_eq!(seen.get(), [[1, 2, 100, 4, 1001], [1, 2, 100, 4, 1002], [1, 2, 100, 4, 1003]]);
        assert_eq!(account(&bus), (0, 4, 0, 0));
        let letters = bus.dead_letters().list();
        assert_eq!(letters.len(), 4, "each of its events is a dead letter");
        assert!(letters.iter().all(|letter| letter.attempts.len() == 3 && letter.reason == Reason::Failed));
        assert_eq!(letters[0].attempts[2].error, "bad 100");

        // Sent again by hand, it is a batch of one, which the end has wait no longer for others.
        bus.dead_letters().resend(letters[1].id).unwrap();
        assert!(bus.shutdown(LONG).is_clean());
        assert_eq!(seen.get().last().unwrap(), &[2, 1001]);
        assert_eq!(account(&bus), (1, 4, 0, 0));
    }
}

#[test]
fn a_retried_batch_that_succeeds_is_handled() {
    let (bus, seen) = (bus(lane()), Log::new());
    bus.send_batch([100, 1, 2, 3].map(|number| Rated(number, 1, seen.clone()))).unwrap();
    drain(&bus);
    assert_eq!(seen.len(), 3);
    assert_eq!(account(&bus), (4, 0, 0, 0));
}

#[event]
struct Halved(u64, Seen);

#[handler(batch(size = "8", linger = "1h", split), retry(max = 1, backoff = "1ms..1ms"))]
fn halve(events: &[Halved], cx: &Context) -> Result<(), String> {
    events[0].1.push(events.iter().map(|event| event.0).chain([1000 + u64::from(cx.attempt())]).collect());
    if events.iter().any(|event| event.0 == 6) { Err("six".to_owned()) } else { Ok(()) }
}

#[test]
fn a_batch_that_failed_is_split_down_to_the_event_at_fault() {
    let (bus, seen) = (bus(lane()), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    bus.send_batch((1..=8).map(|number| Halved(number, seen.clone()))).unwrap();
    lane.resume();
    drain(&bus);
    let batches: Vec<Vec<u64>> = vec![
        vec![1, 2, 3, 4, 5, 6, 7, 8, 1001],
        vec![1, 2, 3, 4, 1001],
        vec![5, 6, 7, 8, 1001],
        vec![5, 6, 1001],
        vec![5, 1001],
        vec![6, 1001],
        vec![7, 8, 1001],
        vec![6, 1002],
    ];
    assert_eq!(seen.get(), batches);
    assert_eq!(account(&bus), (7, 1, 0, 0));
    let letters = bus.dead_letters();
    assert_eq!(letters.with_event(letters.list()[0].id, |event: &Halved| event.0), Some(6));
}

/// What handlers around the batch handler do with an event.
#[event(key = key)]
struct Mixed {
    key: u64,
    number: u64,
    what: What,
    seen: Arc<Log<(&'static str, u64)>>,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Nothing,
    BreakBefore,
    BreakBehind,
    FailOnce,
    Fail,
}

#[handlers]
mod mixed {
    use super::*;

    #[handler(priority = 3)]
    fn before(event: &Mixed) -> ControlFlow<()> {
        event.seen.push(("before", event.number));
        if event.what == What::BreakBefore { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    #[handler(priority = 2, batch(size = "16", linger = "1ms"))]
    fn many(events: &[Mixed]) {
        events.iter().for_each(|event| event.seen.push(("many", event.number)));
    }

    #[handler(priority = 1)]
    fn behind(event: &Mixed) -> ControlFlow<()> {
        event.seen.push(("behind", event.number));
        if event.what == What::BreakBehind { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    #[handler(retry(max = 1, backoff = "1ms..1ms"))]
    fn last(event: &Mixed, cx: &Context) -> Result<(), String> {
        event.seen.push(("last", event.number));
        let fails = event.what == What::Fail || event.what == What::FailOnce && cx.attempt() == 1;
        if fails { Err("failed".to_owned()) } else { Ok(()) }
    }
}

/// What the handlers saw, in order, and the account.
type MixedRun = (Vec<(&'static str, u64)>, (u64, u64, u64, u64));

fn mixed_run(what: &[What]) -> MixedRun {
    let (bus, seen) = (bus(lane()), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    for (&what, number) in what.iter().zip(0..) {
        bus.send(Mixed { key: 1, number, what, seen: seen.clone() }).unwrap();
    }
    lane.resume();
    drain(&bus);
    (seen.get(), account(&bus))
}

fn of(seen: &[(&'static str, u64)], who: &str) -> Vec<u64> {
    seen.iter().filter(|(other, _)| *other == who).map(|(_, number)| *number).collect()
}

#[test]
fn a_break_keeps_an_event_from_batch_handlers_behind_and_from_none_before() {
    let (seen, account) =
        mixed_run(&[What::Nothing, What::BreakBefore, What::BreakBehind, What::Nothing, What::BreakBehind]);
    assert_eq!(of(&seen, "before"), [0, 1, 2, 3, 4]);
    assert_eq!(of(&seen, "behind"), [0, 2, 3, 4]);
    assert_eq!(of(&seen, "last"), [0, 3]);
    assert_eq!(of(&seen, "many"), [0, 2, 3, 4], "in the order in which they were sent");
    assert_eq!(account, (5, 0, 0, 0));
}

#[test]
fn a_handler_beside_the_batch_is_retried_by_itself() {
    let (seen, account) = mixed_run(&[What::FailOnce, What::Nothing, What::Fail, What::Nothing]);
    assert_eq!(of(&seen, "many"), [0, 1, 2, 3]);
    assert_eq!(of(&seen, "before"), [0, 1, 2, 3]);
    let last = of(&seen, "last");
    assert_eq!(last, [0, 0, 1, 2, 2, 3], "strict: later ones wait for the retry");
    assert_eq!(account, (3, 1, 0, 0));
}

#[test]
fn what_was_cancelled_is_in_no_batch() {
    let (bus, seen, canceller) = (bus(lane()), Log::new(), Canceller::new());
    let lane = default_lane(&bus);
    lane.pause();
    let cancelled = Context::new().with_cancel(canceller.token());
    let expired = Context::new().with_deadline(Instant::now());
    bus.send_with(Read(1, seen.clone()), &cancelled).unwrap();
    bus.send(Read(2, seen.clone())).unwrap();
    bus.send_with(Read(3, seen.clone()), &expired).unwrap();
    canceller.cancel();
    lane.resume();
    drain(&bus);
    assert_eq!(seen.get(), [[2]]);
    assert_eq!(account(&bus), (1, 2, 0, 0));
    let reasons: Vec<_> = bus.dead_letters().list().iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons, [Reason::Cancelled, Reason::Expired]);
}

#[test]
fn cancelled_while_it_waits_in_the_window_it_is_in_no_batch() {
    let (bus, seen, canceller) = (bus(lane()), Log::new(), Canceller::new());
    let cx = Context::new().with_cancel(canceller.token());
    bus.send_with(Hoarded(seen.clone()), &cx).unwrap();
    // The only worker has put it there when it comes to what was sent next.
    let gate = Gate::new();
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    gate.open();
    canceller.cancel();
    bus.send_batch((0..7).map(|_| Hoarded(seen.clone()))).unwrap();
    drain(&bus);
    assert_eq!(seen.get(), [[7]]);
    assert_eq!(account(&bus), (8, 1, 0, 0));
}

/// For a handler that stands still.
#[event]
struct Stuck(Arc<Gate>, Seen);

#[handler(batch(size = "2..4", linger = "1ms"))]
fn stand_still(events: &[Stuck]) {
    events[0].0.pass();
    events[0].1.push(vec![events.len() as u64]);
}

#[test]
fn a_window_that_is_too_full_lets_no_more_in_until_it_was_run() {
    let (bus, gate, seen) = (bus(lane().workers(2).capacity(1000)), Gate::new(), Log::new());
    let lane = default_lane(&bus);
    bus.send_batch((0..2).map(|_| Stuck(gate.clone(), seen.clone()))).unwrap();
    gate.wait_for(1);
    bus.send_batch((0..100).map(|_| Stuck(gate.clone(), seen.clone()))).unwrap();
    crate::support::until("the window is full", || lane.depth() < 100);
    assert!(lane.depth() >= 100 - 10, "{}", lane.depth());
    gate.open();
    drain(&bus);
    assert_eq!(seen.get().iter().flatten().sum::<u64>(), 102);
    assert!(seen.get().iter().all(|batch| batch[0] <= 4));
    assert_eq!(account(&bus), (102, 0, 0, 0));
}

#[test]
fn a_panic_in_a_batch_fails_all_of_it() {
    #[event]
    struct Fragile(u64);
    #[handler(batch(size = "4", linger = "1h"))]
    fn break_down(events: &[Fragile]) {
        assert!(events.iter().all(|event| event.0 < 3), "broke down");
    }
    let bus = bus(lane());
    default_lane(&bus).pause();
    bus.send_batch((0..4).map(Fragile)).unwrap();
    default_lane(&bus).resume();
    drain(&bus);
    assert_eq!(account(&bus), (0, 4, 0, 0));
    let letters = bus.dead_letters().list();
    assert!(letters.iter().all(|letter| letter.reason == Reason::Panicked));
    assert_eq!(letters[0].attempts[0].error, "broke down");
}
