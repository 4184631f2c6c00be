//! The end: what is drained, what is left, and that nothing holds it up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use events::lane::SendErrorKind;

use crate::support::{Gate, Job, Keyed, LONG, Log, account, builder, bus, default_lane, drain, lane, until};

#[test]
fn a_blocked_handler_does_not_hold_it_up_and_is_named() {
    for workers in [1, 2] {
        let (bus, gate) = (bus(lane().workers(workers)), Gate::new());
        let at_gate = gate.clone();
        bus.send(Keyed::new(1, move || at_gate.pass())).unwrap();
        gate.wait_for(1);
        for _ in 0..5 {
            bus.send(Keyed::new(1, || ())).unwrap();
        }
        let start = Instant::now();
        let report = bus.shutdown(Duration::from_millis(30));
        let took = start.elapsed();
        assert!(took >= Duration::from_millis(30) && took < LONG / 2, "{took:?}");
        assert!(!report.is_clean());
        assert_eq!(report.running.len(), 1, "{report}");
        assert_eq!(
            (report.running[0].lane.as_str(), report.running[0].event.name),
            ("default", "lanes::support::Keyed")
        );
        assert_eq!(
            (report.left.len(), report.left[0].count, report.left[0].event.name),
            (1, 6, "lanes::support::Keyed")
        );
        assert!(report.account.balances(), "{report}");
        let text = report.to_string();
        assert!(text.contains("6 × lanes::support::Keyed") && text.contains("support.rs:"), "{text}");

        // What the handler does later changes nothing any more, and the second report tells the same.
        gate.open();
        let again = bus.shutdown(LONG);
        assert_eq!((again.left[0].count, again.account), (6, report.account));
        assert_eq!(account(&bus), (0, 0, 0, 6));
    }
}

#[test]
fn what_was_sent_is_drained_and_what_comes_is_refused() {
    let (bus, gate, seen) = (bus(lane()), Gate::new(), Log::new());
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    for number in 0..1000 {
        let seen = seen.clone();
        bus.send(Job::new(move || seen.push(number))).unwrap();
    }
    let report = thread::scope(|scope| {
        let shutdown = scope.spawn(|| bus.shutdown(LONG));
        until("the bus is closed", || {
            bus.try_send(Job::new(|| ())).is_err_and(|error| error.kind == SendErrorKind::Closed)
        });
        gate.open();
        shutdown.join().unwrap()
    });
    // What got in before it was closed is handled as well.
    assert!(report.is_clean() && report.account.left == 0, "{report}");
    assert_eq!(seen.len(), 1000);
    assert!(bus.emit(&Job::new(|| ())).is_ok(), "emitting goes on");
}

#[test]
fn senders_that_wait_for_room_are_told() {
    let (bus, gate) = (bus(lane().capacity(1)), Gate::new());
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    bus.send(Job::new(|| ())).unwrap();
    thread::scope(|scope| {
        let senders: Vec<_> = (0..3).map(|_| scope.spawn(|| bus.send(Job::new(|| ())))).collect();
        let report = bus.shutdown(Duration::from_millis(20));
        assert_eq!(report.account.left, 2, "{report}");
        for sender in senders {
            assert_eq!(sender.join().unwrap().unwrap_err().kind, SendErrorKind::Closed);
        }
    });
    assert_eq!(account(&bus), (0, 0, 3, 2));
    gate.open();
}

#[test]
fn what_a_running_handler_sends_meanwhile_is_still_handled() {
    let (bus, seen, gate) = (bus(lane()), Log::new(), Gate::new());
    let (inner, log, at_gate) = (bus.clone(), seen.clone(), gate.clone());
    bus.send(Job::new(move || {
        at_gate.pass();
        let log = log.clone();
        inner.send(Job::new(move || log.push("the second event"))).unwrap();
    }))
    .unwrap();
    gate.wait_for(1);
    thread::scope(|scope| {
        let shutdown = scope.spawn(|| bus.shutdown(LONG));
        until("the bus is closed", || bus.is_shut_down());
        gate.open();
        let report = shutdown.join().unwrap();
        assert!(report.is_clean() && report.account.balances(), "{report}");
    });
    assert_eq!(seen.get(), ["the second event"]);
}

#[test]
fn a_shutdown_from_within_a_handler_waits_for_itself_no_longer_than_its_time() {
    let (bus, told) = (bus(lane()), Log::new());
    let (inner, log) = (bus.clone(), told.clone());
    bus.send(Job::new(move || {
        let report = inner.shutdown(Duration::from_millis(10));
        log.push((report.running.len(), report.account.left));
    }))
    .unwrap();
    until("the handler came back", || told.len() == 1);
    assert_eq!(told.get(), [(1, 1)]);
}

/// Tells when it is dropped.
struct Tells(Arc<AtomicU64>);

impl Drop for Tells {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn the_last_handle_dropped_from_within_a_handler_lets_the_workers_end_what_was_sent() {
    for workers in [1, 3] {
        let (dropped, gate, handled) =
            (Arc::new(AtomicU64::new(0)), Gate::new(), Arc::new(AtomicU64::new(0)));
        let bus = builder(lane().workers(workers)).state(Tells(dropped.clone())).build().unwrap();
        let last = std::sync::Mutex::new(Some(bus.clone()));
        let at_gate = gate.clone();
        bus.send(Job::new(move || {
            at_gate.pass();
            drop(last.lock().unwrap().take());
        }))
        .unwrap();
        gate.wait_for(1);
        for _ in 0..500 {
            let handled = handled.clone();
            bus.send(Job::new(move || _ = handled.fetch_add(1, Ordering::Relaxed))).unwrap();
        }
        drop(bus);
        gate.open();
        until("the bus is gone with its workers", || dropped.load(Ordering::SeqCst) == 1);
        assert_eq!(handled.load(Ordering::Relaxed), 500);
    }
}

#[test]
fn a_dropped_bus_waits_no_longer_than_it_was_told_to() {
    let (gate, dropped) = (Gate::new(), Arc::new(AtomicU64::new(0)));
    let bus = builder(lane())
        .drain_on_drop(Duration::from_millis(20))
        .state(Tells(dropped.clone()))
        .build()
        .unwrap();
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    let tells = Tells(dropped.clone());
    bus.send(Job::new(move || assert_eq!(tells.0.load(Ordering::SeqCst), 99))).unwrap();
    let start = Instant::now();
    drop(bus);
    assert!(start.elapsed() < LONG / 2);
    assert_eq!(
        dropped.load(Ordering::SeqCst),
        1,
        "the event that was left is gone, the bus is with its worker"
    );
    gate.open();
    until("the worker let go of the bus", || dropped.load(Ordering::SeqCst) == 2);
}

#[test]
fn lanes_of_a_closed_bus_are_closed_from_the_start() {
    let bus = bus(lane());
    assert!(bus.shutdown(LONG).is_clean());
    assert_eq!(bus.send(Job::new(|| ())).unwrap_err().kind, SendErrorKind::Closed);
    let lane = default_lane(&bus);
    lane.set_workers(3).unwrap();
    drain(&bus);
    assert_eq!(account(&bus), (0, 0, 1, 0));
}
