//! Events whose own drop panics, wherever the lane lets go of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use events::lane::{Overflow, Reason};
use events::prelude::*;

use crate::events::{
    Job, Waits, assert_alive, builder, builder_with, bus, default_lane, drain, each_kind, figures, lane,
};
use crate::support::{Bomb, BombError, BombPayload, Gate, LONG, alone, exit_of, until};

/// Panics when it is dropped, even while its thread panics: more than one in a row must not be dropped by an unwinding.
struct AlwaysBomb(Arc<AtomicU64>);

impl Drop for AlwaysBomb {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("in a drop");
    }
}

#[event]
#[allow(dead_code, reason = "the drop of its field is what matters")]
struct Explosive(Option<Bomb>, Option<AlwaysBomb>);

#[handler]
fn touch(_: &Explosive) {}

fn explosive(drops: &Arc<AtomicU64>) -> Explosive {
    Explosive(Some(Bomb::counted(drops)), None)
}

fn always_explosive(drops: &Arc<AtomicU64>) -> Explosive {
    Explosive(None, Some(AlwaysBomb(drops.clone())))
}

#[test]
fn a_letter_of_a_drop_that_panicked_whose_handler_fails_badly() {
    alone(|| {
        for fails_with_an_error in [true, false] {
            each_kind(|lane| {
                let bus = builder_with(lane, move |_, _| {
                    if fails_with_an_error { Err(Box::new(BombError)) } else { BombPayload::throw() }
                })
                .build()
                .unwrap();
                let drops = Arc::new(AtomicU64::new(0));
                default_lane(&bus).pause();
                for _ in 0..5 {
                    bus.send(explosive(&drops)).unwrap();
                    bus.send(Job::new(drop)).unwrap();
                }
                default_lane(&bus).resume();
                drain(&bus);
                assert_eq!(drops.load(Ordering::SeqCst), 5);
                let (sent, handled, dead, rejected, left) = figures(&bus);
                assert_eq!((sent, handled + dead, rejected, left), (10, 10, 0, 0));
                assert_eq!(bus.dead_letters().len() as u64, dead);
                assert_eq!(bus.dead_letters().failed_handlers(), dead);
                assert_alive(&bus);
            });
        }
    });
}

#[test]
fn a_drop_that_always_panics_does_not_end_the_process() {
    alone(|| {
        each_kind(|lane| {
            let (bus, drops) = (bus(lane), Arc::new(AtomicU64::new(0)));
            default_lane(&bus).pause();
            for _ in 0..5 {
                bus.send(always_explosive(&drops)).unwrap();
            }
            default_lane(&bus).resume();
            drain(&bus);
            assert_eq!(drops.load(Ordering::SeqCst), 5);
            assert_alive(&bus);
        });
    });
}

#[test]
fn what_a_shutdown_leaves_is_dropped_one_by_one() {
    alone(|| {
        each_kind(|lane| {
            let (bus, gate, drops) = (bus(lane.workers(1)), Gate::new(), Arc::new(AtomicU64::new(0)));
            bus.send(Waits(gate.clone())).unwrap();
            gate.wait_for(1);
            for _ in 0..5 {
                bus.send(always_explosive(&drops)).unwrap();
            }
            let report = bus.shutdown(Duration::from_millis(10));
            assert_eq!(report.account.left, 6, "{report}");
            gate.open();
            until("all are dropped", || drops.load(Ordering::SeqCst) == 5);
            assert_eq!(figures(&bus), (6, 0, 0, 0, 6));
        });
    });
}

#[test]
fn what_a_dropped_bus_leaves_is_dropped_one_by_one() {
    let output = exit_of(|| {
        let (gate, drops) = (Gate::new(), Arc::new(AtomicU64::new(0)));
        let bus = builder(lane()).drain_on_drop(Duration::from_millis(10)).build().unwrap();
        bus.send(Waits(gate.clone())).unwrap();
        gate.wait_for(1);
        for _ in 0..5 {
            bus.send(always_explosive(&drops)).unwrap();
        }
        drop(bus);
        gate.open();
        until("all are dropped", || drops.load(Ordering::SeqCst) == 5);
        println!(">survived");
    });
    output.assert_ended_well();
    assert!(output.lines().contains(&"survived"), "{}", output.stdout);
    output.assert_said_once("5 × faults::panics_in_drops::Explosive");
}

#[test]
fn letters_are_dropped_one_by_one() {
    #[event]
    #[allow(dead_code, reason = "the drop of its field is what matters")]
    struct Hopeless(AlwaysBomb);
    #[handler]
    fn give_up(_: &Hopeless) -> Result<(), &'static str> {
        Err("given up")
    }
    alone(|| {
        let drops = Arc::new(AtomicU64::new(0));
        let bus = builder(lane()).dead_letter_capacity(2).build().unwrap();
        for _ in 0..6 {
            bus.send(Hopeless(AlwaysBomb(drops.clone()))).unwrap();
        }
        drain(&bus);
        assert_eq!((drops.load(Ordering::SeqCst), bus.dead_letters().len()), (4, 2));
        let first = bus.dead_letters().list()[0].id;
        assert!(bus.dead_letters().remove(first));
        assert_eq!((drops.load(Ordering::SeqCst), bus.dead_letters().len()), (5, 1));
        drop(bus);
        assert_eq!(drops.load(Ordering::SeqCst), 6);
    });
}

/// Rows of a window that is still open when the bus ends.
#[event]
#[allow(dead_code, reason = "the drop of its field is what matters")]
struct Row(Arc<Gate>, Option<AlwaysBomb>);

#[handler(batch(size = "2", linger = "1h"))]
fn store(rows: &[Row]) {
    rows[0].0.pass();
}

#[test]
fn what_lies_in_a_window_is_dropped_one_by_one() {
    alone(|| {
        let (gate, drops) = (Gate::new(), Arc::new(AtomicU64::new(0)));
        let bus = builder(lane().workers(2)).drain_on_drop(Duration::from_millis(10)).build().unwrap();
        for _ in 0..2 {
            bus.send(Row(gate.clone(), None)).unwrap();
        }
        gate.wait_for(1);
        for _ in 0..3 {
            bus.send(Row(gate.clone(), Some(AlwaysBomb(drops.clone())))).unwrap();
        }
        until("they lie in the window", || default_lane(&bus).depth() == 0);
        let report = bus.shutdown(Duration::from_millis(10));
        assert_eq!(report.account.left, 5, "{report}");
        drop(bus);
        gate.open();
        until("all are dropped", || drops.load(Ordering::SeqCst) == 3);
    });
}

#[test]
fn what_a_full_lane_drops_belongs_to_its_letter() {
    alone(|| {
        for overflow in [Overflow::DropNewest, Overflow::DropOldest] {
            let drops = Arc::new(AtomicU64::new(0));
            let bus = builder(lane().capacity(2).overflow(overflow)).dead_letter_capacity(1).build().unwrap();
            default_lane(&bus).pause();
            for _ in 0..6 {
                bus.send(always_explosive(&drops)).unwrap();
            }
            assert_eq!(figures(&bus), (6, 0, 4, 0, 2));
            assert_eq!((drops.load(Ordering::SeqCst), bus.dead_letters().evicted()), (3, 3));
            assert_ne!(bus.dead_letters().list()[0].reason, Reason::WorkerDied);
            default_lane(&bus).resume();
            drain(&bus);
            assert_eq!(bus.dead_letters().clear(), 1);
            let made = bus.account().dead_lettered;
            assert_eq!(drops.load(Ordering::SeqCst), 6, "{made} letters");
            assert_alive(&bus);
        }
    });
}

#[test]
fn a_send_that_comes_back_drops_nothing_by_itself() {
    alone(|| {
        let (bus, drops) = (bus(lane().capacity(1).overflow(Overflow::Reject)), Arc::new(AtomicU64::new(0)));
        default_lane(&bus).pause();
        bus.send(explosive(&drops)).unwrap();
        let error = bus.send(explosive(&drops)).unwrap_err();
        let batch = bus.send_batch([explosive(&drops), explosive(&drops)]).unwrap_err();
        assert_eq!(drops.load(Ordering::SeqCst), 0);
        // The sender's own, to be dropped as it likes.
        std::mem::forget((error, batch));
        default_lane(&bus).resume();
        assert!(bus.drain(LONG));
        assert_alive(&bus);
    });
}
