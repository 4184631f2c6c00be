//! Workers at run time: more, fewer, none; pause and resume; ways to wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use events::lane::Wait;

use crate::support::{Gate, Job, LONG, Log, account, bus, default_lane, drain, lane, until};

#[test]
fn a_lane_without_workers_keeps_events_until_there_are_some() {
    let (bus, seen) = (bus(lane().workers(0)), Log::new());
    let lane = default_lane(&bus);
    assert_eq!(lane.workers(), 0);
    let log = seen.clone();
    bus.send(Job::new(move || log.push(()))).unwrap();
    assert!(!bus.drain(Duration::from_millis(20)));
    assert_eq!((lane.depth(), seen.len()), (1, 0));
    lane.set_workers(1).unwrap();
    drain(&bus);
    assert_eq!((lane.depth(), seen.len()), (0, 1));
    lane.set_workers(0).unwrap();
    let log = seen.clone();
    bus.send(Job::new(move || log.push(()))).unwrap();
    let report = bus.shutdown(LONG);
    assert!(report.took < LONG / 2, "nobody is there to wait for");
    assert_eq!((report.left[0].count, report.account.left), (1, 1), "{report}");
    assert!(report.account.balances());
}

#[test]
fn resizing_under_load_loses_nothing() {
    let (bus, handled) = (bus(lane().capacity(128)), Arc::new(AtomicU64::new(0)));
    let lane = default_lane(&bus);
    for round in 0..3_000_u64 {
        if round % 3 == 0 {
            lane.set_workers([1, 4, 0, 2, 1, 3][round as usize / 3 % 6]).unwrap();
        }
        for _ in 0..5 {
            let handled = handled.clone();
            let job = Job::new(move || _ = handled.fetch_add(1, Ordering::Relaxed));
            if let Err(full) = bus.try_send(job) {
                // Without workers nobody makes room.
                lane.set_workers(1).unwrap();
                bus.send(full.event).unwrap();
            }
        }
    }
    lane.set_workers(2).unwrap();
    drain(&bus);
    assert_eq!(handled.load(Ordering::Relaxed), 15_000);
    let (done, dead, rejected, left) = account(&bus);
    assert_eq!((done, dead, left), (15_000, 0, 0), "{rejected} were sent a second time");
    assert!(bus.shutdown(LONG).is_clean());
}

#[test]
fn a_second_worker_helps_while_the_first_is_stuck() {
    let (bus, gate, seen) = (bus(lane()), Gate::new(), Log::new());
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    for number in 0..100 {
        let seen = seen.clone();
        bus.send(Job::new(move || seen.push(number))).unwrap();
    }
    default_lane(&bus).set_workers(2).unwrap();
    until("the second worker handled all", || seen.len() == 100);
    gate.open();
    drain(&bus);
    assert!(seen.get().into_iter().eq(0..100));
}

#[test]
fn a_handler_may_wait_for_an_event_that_the_other_worker_handles() {
    for _ in 0..200 {
        let (bus, gate) = (bus(lane().workers(2)), Gate::new());
        let lane = default_lane(&bus);
        lane.pause();
        bus.send(Job::waits_at(&gate)).unwrap();
        let opens = gate.clone();
        bus.send(Job::new(move || opens.open())).unwrap();
        lane.resume();
        drain(&bus);
        assert_eq!(account(&bus), (2, 0, 0, 0));
    }
}

#[test]
fn paused_it_begins_nothing_and_ends_what_is_under_way() {
    for workers in [1, 2] {
        let (bus, gate, seen) = (bus(lane().workers(workers)), Gate::new(), Log::new());
        let lane = default_lane(&bus);
        bus.send(Job::waits_at(&gate)).unwrap();
        gate.wait_for(1);
        lane.pause();
        assert!(lane.is_paused());
        for number in 0..10 {
            let seen = seen.clone();
            bus.send(Job::new(move || seen.push(number))).unwrap();
        }
        gate.open();
        until("what was under way has ended", || account(&bus).0 == 1);
        assert_eq!((lane.depth(), seen.len()), (10, 0));
        lane.resume();
        assert!(!lane.is_paused());
        drain(&bus);
        assert_eq!(seen.len(), 10);
    }
}

#[test]
fn a_drain_ends_when_a_paused_lane_ends_its_last_event() {
    for round in 0..20 {
        let (bus, gate) = (bus(lane()), Gate::new());
        let lane = default_lane(&bus);
        bus.send(Job::waits_at(&gate)).unwrap();
        gate.wait_for(1);
        if round % 2 == 0 {
            lane.set_workers(0).unwrap();
        } else {
            lane.pause();
        }
        std::thread::scope(|scope| {
            let drained = scope.spawn(|| bus.drain(LONG));
            // Now and then it waits by then; where it does not, it finds the lane empty.
            for _ in 0..round {
                std::thread::yield_now();
            }
            gate.open();
            let start = std::time::Instant::now();
            assert!(drained.join().unwrap());
            assert!(start.elapsed() < LONG / 2);
        });
    }
}

#[test]
fn every_way_to_wait_finds_all_work() {
    for wait in [Wait::Park, Wait::Yield, Wait::Spin] {
        for workers in [1, 2] {
            let (bus, seen) = (bus(lane().wait(wait).workers(workers)), Log::new());
            for number in 0..300 {
                let log = seen.clone();
                bus.send(Job::new(move || log.push(number))).unwrap();
                if number % 100 == 0 {
                    drain(&bus);
                }
            }
            drain(&bus);
            assert_eq!(seen.len(), 300);
            assert!(bus.shutdown(LONG).is_clean());
        }
    }
}

#[test]
fn wake_ups_are_not_lost_between_two_workers() {
    // Ping-pong: every event sends the next, so one that nobody wakes for is the end.
    let (bus, seen) = (bus(lane().workers(2)), Arc::new(AtomicU64::new(0)));
    fn next(bus: events::prelude::Bus, seen: Arc<AtomicU64>) -> Job {
        Job::new(move || {
            if seen.fetch_add(1, Ordering::Relaxed) < 20_000 {
                bus.send(next(bus.clone(), seen.clone())).unwrap();
            }
        })
    }
    bus.send(next(bus.clone(), seen.clone())).unwrap();
    drain(&bus);
    assert_eq!(seen.load(Ordering::Relaxed), 20_001);
}
