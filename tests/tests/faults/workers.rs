//! Who is a worker, and of which lane: for the bus it works for, and for no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use events::LaneConfig;
use events::lane::SendErrorKind;
use events::prelude::*;

use crate::events::{
    Alert, Job, Noted, OnLetter, Waits, assert_alive, builder_with, default_lane, drain, figures, lane,
    runtime,
};
use crate::support::{Gate, LONG, Log, alone, exit_of};

#[test]
fn a_handler_of_letters_that_sends_to_its_own_full_lane_gets_the_event_back() {
    alone(|| {
        for threads in [0, 1, 2] {
            // None: the worker is a thread of its own.
            let runtime = (threads > 0).then(|| runtime(threads));
            let mut own = lane().capacity(1);
            if let Some(runtime) = &runtime {
                own = own.tokio(runtime.handle().clone());
            }
            let kinds = Log::new();
            let log = kinds.clone();
            let bus = builder_with(own, move |_, bus| {
                let sends = (0..2).map(|_| bus.send(Noted(1, Log::new())));
                log.push(sends.filter_map(Result::err).map(|error| error.kind).collect::<Vec<_>>());
                Ok(())
            })
            .build()
            .unwrap();
            default_lane(&bus).pause();
            bus.send(Job::failing()).unwrap();
            default_lane(&bus).resume();
            drain(&bus);
            assert_eq!(kinds.get(), [vec![SendErrorKind::OwnLane]], "{threads} threads");
            assert_eq!(figures(&bus), (3, 1, 1, 1, 0));
            assert_alive(&bus);
        }
    });
}

/// A bus whose lane `alerts` has no worker, with three events.
fn stuck_bus() -> Bus {
    let alerts = LaneConfig::new("alerts").workers(0);
    let builder = Bus::builder().lane(alerts).state(OnLetter::new(|_, _| Ok(())));
    let bus = builder.drain_on_drop(Duration::from_millis(20)).build().unwrap();
    for _ in 0..3 {
        bus.send(Alert::new(|| ())).unwrap();
    }
    bus
}

#[test]
fn a_worker_that_drops_another_bus_loses_nothing_in_silence() {
    let output = exit_of(|| {
        let bus = crate::events::bus(lane());
        bus.send(Job::new(|_| drop(stuck_bus()))).unwrap();
        assert!(bus.drain(LONG));
        drop(bus);
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_said_once("3 × faults::events::Alert");
}

#[test]
fn a_task_that_drops_another_bus_loses_nothing_in_silence() {
    let output = exit_of(|| {
        let runtime = runtime(1);
        let bus = crate::events::bus(lane().tokio(runtime.handle().clone()));
        bus.send(Job::new(|_| drop(stuck_bus()))).unwrap();
        assert!(bus.drain(LONG));
        drop(bus);
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_said_once("3 × faults::events::Alert");
}

#[test]
fn a_worker_that_drops_another_bus_waits_for_its_workers() {
    alone(|| {
        let (bus, handled) = (crate::events::bus(lane()), Arc::new(AtomicU64::new(0)));
        let (count, seen) = (handled.clone(), Log::new());
        let log = seen.clone();
        bus.send(Job::new(move |_| {
            let other = crate::events::bus(lane());
            other.lane("alerts").unwrap().pause();
            for _ in 0..50 {
                let count = count.clone();
                other.send(Alert::new(move || _ = count.fetch_add(1, Ordering::SeqCst))).unwrap();
            }
            drop(other);
            log.push(count.load(Ordering::SeqCst));
        }))
        .unwrap();
        drain(&bus);
        assert_eq!(seen.get(), [50], "the drop returned when all were handled");
        assert_alive(&bus);
    });
}

#[test]
fn a_worker_that_shuts_another_bus_down_waits_for_it() {
    alone(|| {
        let (bus, seen) = (crate::events::bus(lane()), Log::new());
        let log = seen.clone();
        bus.send(Job::new(move |_| {
            let (other, noted) = (crate::events::bus(lane().workers(2)), Log::new());
            for number in 0..50 {
                other.send(Noted(number, noted.clone())).unwrap();
            }
            let report = other.shutdown(LONG);
            log.push((report.is_clean(), noted.len()));
        }))
        .unwrap();
        drain(&bus);
        assert_eq!(seen.get(), [(true, 50)]);
        assert_alive(&bus);
    });
}

#[test]
fn a_worker_waits_for_room_in_a_lane_of_another_bus() {
    alone(|| {
        let other = crate::events::bus(lane().capacity(1));
        let (gate, seen) = (Gate::new(), Log::new());
        other.send(Waits(gate.clone())).unwrap();
        gate.wait_for(1);
        other.send(Noted(0, seen.clone())).unwrap();
        let bus = crate::events::bus(lane());
        let (target, log, opens) = (other.clone(), seen.clone(), gate.clone());
        bus.send(Job::new(move |_| {
            assert_eq!(target.try_send(Noted(1, log.clone())).unwrap_err().kind, SendErrorKind::Full);
            opens.open();
            // Lanes of one name, and each its own.
            target.send(Noted(1, log.clone())).unwrap();
        }))
        .unwrap();
        drain(&bus);
        drain(&other);
        assert_eq!(seen.get(), [0, 1]);
        assert_alive(&bus);
    });
}

#[test]
fn a_handler_in_an_emit_on_a_workers_thread_is_a_worker_of_that_lane() {
    alone(|| {
        let (bus, kinds) = (crate::events::bus(lane().capacity(1)), Log::new());
        let log = kinds.clone();
        default_lane(&bus).pause();
        bus.send(Job::new(move |bus| {
            let log = log.clone();
            let inner = Job::new(move |bus| {
                let sends = (0..2).map(|_| bus.send(Noted(1, Log::new())));
                log.push(sends.filter_map(Result::err).map(|error| error.kind).collect::<Vec<_>>());
            });
            bus.emit(&inner).into_result().unwrap();
        }))
        .unwrap();
        default_lane(&bus).resume();
        drain(&bus);
        assert_eq!(kinds.get(), [vec![SendErrorKind::OwnLane]]);
        assert_alive(&bus);
    });
}
