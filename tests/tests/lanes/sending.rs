//! The ways to send, and what comes back.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context as Polling, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use events::lane::{Overflow, SendErrorKind};
use events::prelude::*;

use crate::support::{Gate, Job, LONG, Log, account, bus, default_lane, drain, lane};

#[event]
struct Counted(u64, Arc<Log<u64>>);

#[handler]
fn note(event: &Counted) {
    event.1.push(event.0);
}

#[event(lane = "other")]
struct Elsewhere(Arc<Log<u64>>);

#[handler]
fn note_elsewhere(event: &Elsewhere) {
    event.0.push(0);
}

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicU64);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn what_is_sent_is_handled_in_order() {
    let (bus, seen) = (bus(lane()), Log::new());
    for number in 0..100_000 {
        bus.send(Counted(number, seen.clone())).unwrap();
    }
    drain(&bus);
    assert_eq!(account(&bus), (100_000, 0, 0, 0));
    assert!(seen.get().into_iter().eq(0..100_000));
    let report = bus.shutdown(LONG);
    assert!(report.is_clean(), "{report}");
    assert_eq!(bus.send(Counted(0, seen)).unwrap_err().kind, SendErrorKind::Closed);
    assert_eq!(account(&bus), (100_000, 0, 1, 0));
}

#[test]
fn dropping_the_bus_drains_it() {
    let (bus, seen) = (bus(lane()), Log::new());
    assert_eq!(bus.send_batch((0..10_000).map(|number| Counted(number, seen.clone()))).unwrap(), 10_000);
    drop(bus);
    assert_eq!(seen.len(), 10_000);
}

#[test]
fn every_way_to_send_meets_a_full_lane() {
    let (bus, seen) = (bus(lane().capacity(3)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    for number in 0..3 {
        bus.send(Counted(number, seen.clone())).unwrap();
    }
    let new = || Counted(3, seen.clone());
    let error = bus.try_send(new()).unwrap_err();
    assert_eq!((error.event.0, error.kind), (3, SendErrorKind::Full));
    assert_eq!(error.to_string(), "lanes::sending::Counted was not sent: the lane is full");
    let start = Instant::now();
    let error = bus.send_timeout(new(), Duration::from_millis(20)).unwrap_err();
    assert_eq!((error.event.0, error.kind), (3, SendErrorKind::TimedOut));
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!(lane.depth(), 3);
    assert_eq!(account(&bus), (0, 0, 2, 3));

    // The one that waits without limit is let in when there is room.
    thread::scope(|scope| {
        let sender = scope.spawn(|| bus.send(new()));
        lane.resume();
        sender.join().unwrap().unwrap();
    });
    drain(&bus);
    assert_eq!(seen.get(), [0, 1, 2, 3]);
    assert_eq!(account(&bus), (4, 0, 2, 0));
}

#[test]
fn a_send_timeout_is_let_in_when_there_is_room_in_time() {
    let (bus, seen) = (bus(lane().capacity(1).overflow(Overflow::Reject)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    bus.send(Counted(0, seen.clone())).unwrap();
    thread::scope(|scope| {
        let sender = scope.spawn(|| bus.send_timeout(Counted(1, seen.clone()), LONG));
        lane.resume();
        sender.join().unwrap().unwrap();
    });
    drain(&bus);
    assert_eq!(seen.get(), [0, 1]);
}

#[test]
fn a_batch_keeps_its_order_and_tells_what_came_back() {
    let (bus, seen) = (bus(lane().capacity(100).overflow(Overflow::Reject)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    let batch = |range: std::ops::Range<u64>| {
        let seen = seen.clone();
        range.map(move |number| Counted(number, seen.clone()))
    };
    assert_eq!(bus.send_batch(batch(0..90)).unwrap(), 90);
    let error = bus.send_batch(batch(90..300)).unwrap_err();
    assert_eq!((error.sent, error.kind), (10, SendErrorKind::Full));
    assert!(error.unsent.iter().map(|event| event.0).eq(100..300));
    assert_eq!(error.to_string(), "200 of 210 lanes::sending::Counted were not sent: the lane is full");
    assert_eq!(account(&bus), (0, 0, 200, 100));
    assert_eq!(bus.send_batch(batch(0..0)).unwrap(), 0);
    lane.resume();
    drain(&bus);
    assert!(seen.get().into_iter().eq(0..100));

    let report = bus.shutdown(LONG);
    assert!(report.is_clean());
    let error = bus.send_batch(batch(0..7)).unwrap_err();
    assert_eq!((error.sent, error.unsent.len(), error.kind), (0, 7, SendErrorKind::Closed));
}

#[test]
fn a_batch_larger_than_the_lane_waits_for_room() {
    let (bus, seen) = (bus(lane().capacity(7)), Log::new());
    assert_eq!(bus.send_batch((0..20_000).map(|number| Counted(number, seen.clone()))).unwrap(), 20_000);
    drain(&bus);
    assert!(seen.get().into_iter().eq(0..20_000));
}

#[event]
struct Large([u8; 20_000]);

#[handler]
fn take_large(event: &Large) {
    assert!(event.0.iter().all(|byte| *byte == event.0[0]));
}

#[test]
fn a_batch_of_large_events_fits_a_small_stack() {
    let bus = bus(lane().capacity(16));
    thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            assert_eq!(bus.send_batch((0..40).map(|byte| Large([byte; 20_000]))).unwrap(), 40);
            drain(&bus);
            assert_eq!(account(&bus), (40, 0, 0, 0));
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn an_async_send_waits_for_room_in_its_task() {
    let (bus, seen) = (bus(lane().capacity(1)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    bus.send(Counted(0, seen.clone())).unwrap();
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut send = pin!(bus.send_async(Counted(1, seen.clone())));
    let mut poll = || send.as_mut().poll(&mut Polling::from_waker(&waker));
    assert!(poll().is_pending());
    assert!(poll().is_pending(), "polled in vain it waits on");
    assert_eq!(wakes.0.load(Ordering::SeqCst), 0);
    lane.resume();
    crate::support::until("the task is woken", || wakes.0.load(Ordering::SeqCst) > 0);
    assert!(matches!(poll(), Poll::Ready(Ok(()))));
    drain(&bus);
    assert_eq!(seen.get(), [0, 1]);
}

#[test]
fn an_async_send_that_is_dropped_sends_nothing_and_passes_the_word_on() {
    let (bus, seen) = (bus(lane().capacity(1)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    bus.send(Counted(0, seen.clone())).unwrap();
    let wakes = [Arc::new(Wakes::default()), Arc::new(Wakes::default())];
    let wakers = wakes.clone().map(Waker::from);
    let mut second = pin!(bus.send_async(Counted(2, seen.clone())));
    {
        let mut first = Box::pin(bus.send_async(Counted(1, seen.clone())));
        assert!(first.as_mut().poll(&mut Polling::from_waker(&wakers[0])).is_pending());
        assert!(second.as_mut().poll(&mut Polling::from_waker(&wakers[1])).is_pending());
        lane.resume();
        crate::support::until("the first is woken", || wakes[0].0.load(Ordering::SeqCst) > 0);
        // It is dropped with the word for the second in its hands, unless that was told by an idle worker meanwhile.
    }
    crate::support::until("the second is woken", || wakes[1].0.load(Ordering::SeqCst) > 0);
    assert!(second.as_mut().poll(&mut Polling::from_waker(&wakers[1])).is_ready());
    drain(&bus);
    assert_eq!(seen.get(), [0, 2]);
    assert_eq!(account(&bus), (2, 0, 0, 0));
}

#[test]
fn an_async_send_heeds_policies_and_the_end() {
    let (bus, seen) = (bus(lane().capacity(1).overflow(Overflow::Reject)), Log::new());
    default_lane(&bus).pause();
    bus.send(Counted(0, seen.clone())).unwrap();
    let kind = |seen: &Arc<Log<u64>>| {
        crate::support::now(bus.send_async(Counted(1, seen.clone()))).map_err(|error| error.kind)
    };
    assert_eq!(kind(&seen), Err(SendErrorKind::Full));
    assert!(bus.shutdown(LONG).is_clean(), "a shutdown does not heed the pause");
    assert_eq!(kind(&seen), Err(SendErrorKind::Closed));
    assert_eq!(account(&bus), (1, 0, 2, 0));
}

#[test]
fn each_event_goes_to_the_lane_it_names() {
    let (bus, seen) = (bus(lane()), Log::new());
    bus.send(Elsewhere(seen.clone())).unwrap();
    bus.send(Counted(1, seen.clone())).unwrap();
    drain(&bus);
    let accounts = bus.lane_accounts();
    assert_eq!(accounts["other"].handled, 1);
    assert_eq!(accounts["default"].handled, 1);
    assert_eq!(seen.len(), 2);
    assert!(bus.lane("no such lane").is_none());
}

#[test]
fn two_buses_never_meet() {
    let (first, second, gate, seen) = (bus(lane()), bus(lane()), Gate::new(), Log::new());
    first.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    first.send(Counted(1, seen.clone())).unwrap();
    second.send(Counted(2, seen.clone())).unwrap();
    drain(&second);
    assert_eq!(seen.get(), [2]);
    assert_eq!(account(&second), (1, 0, 0, 0));
    assert_eq!(account(&first), (0, 0, 0, 2));
    assert!(second.shutdown(LONG).is_clean());
    gate.open();
    drain(&first);
    assert_eq!(seen.get(), [2, 1]);
}

#[test]
fn a_drain_waits_for_what_handlers_send_to_other_lanes() {
    for _ in 0..200 {
        let (bus, seen) = (bus(lane()), Log::new());
        let (inner, to) = (bus.clone(), seen.clone());
        // Lanes are looked at in the order in which they were given: the one it comes from last.
        bus.lane("other").unwrap();
        bus.send(ThereAndBack { bus: inner, to, left: 5 }).unwrap();
        drain(&bus);
        assert_eq!(seen.len(), 1, "{}", bus.account());
        assert!(bus.shutdown(LONG).is_clean());
    }
}

/// Goes from lane to lane.
#[event]
struct ThereAndBack {
    bus: Bus,
    to: Arc<Log<u64>>,
    left: u32,
}

#[event(lane = "other")]
struct BackAndThere(ThereAndBack);

#[handler]
fn go_there(event: &ThereAndBack) {
    let ThereAndBack { bus, to, left } = event;
    let next = ThereAndBack { bus: bus.clone(), to: to.clone(), left: left.saturating_sub(1) };
    match left {
        0 => to.push(0),
        _ => bus.send(BackAndThere(next)).unwrap(),
    }
}

#[handler]
fn go_back(event: &BackAndThere) {
    let ThereAndBack { bus, to, left } = &event.0;
    bus.send(ThereAndBack { bus: bus.clone(), to: to.clone(), left: *left }).unwrap();
}
