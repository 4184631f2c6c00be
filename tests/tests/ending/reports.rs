//! Each loss appears once: in the report that is returned, or else on standard error. What cannot end in time is left at
//! once.

use std::sync::Arc;
use std::time::Duration;

use events::lane::ShutdownReport;
use events::prelude::*;

use crate::events::{Noted, RetriedLate, Waits, builder, bus, figures, lane, patient_bus, runtime};
use crate::support::{Gate, LONG, Log, alone, exit_of};

const SHORT: Duration = Duration::from_millis(20);
const NOTED: &str = "ending::events::Noted";
const WAITS: &str = "ending::events::Waits";

/// A bus whose only worker waits at the gate, with so many events after it.
fn blocked(lane: events::LaneConfig, waiting: u64) -> (Bus, Arc<Gate>) {
    let (bus, gate) = (builder(lane).drain_on_drop(SHORT).build().unwrap(), Gate::new());
    bus.send(Waits(gate.clone())).unwrap();
    gate.wait_for(1);
    for number in 0..waiting {
        bus.send(Noted(number, Log::new())).unwrap();
    }
    (bus, gate)
}

fn left(report: &ShutdownReport) -> Vec<(&'static str, u64)> {
    let mut left: Vec<_> = report.left.iter().map(|left| (left.event.name, left.count)).collect();
    left.sort_unstable();
    left
}

#[test]
fn what_a_report_returned_is_not_said_again_by_the_drop() {
    let output = exit_of(|| {
        let (bus, _gate) = blocked(lane(), 2);
        let report = bus.shutdown(SHORT);
        assert_eq!(left(&report), [(NOTED, 2), (WAITS, 1)]);
        assert!(!report.is_clean() && report.needs_attention());
        drop(bus);
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_silent();
}

#[test]
fn what_an_async_report_returned_is_not_said_again_by_the_drop() {
    let output = exit_of(|| {
        let runtime = runtime(2);
        let (bus, gate) = blocked(lane().tokio(runtime.handle().clone()), 2);
        let report = runtime.block_on(bus.shutdown_async(SHORT));
        assert_eq!(left(&report), [(NOTED, 2), (WAITS, 1)]);
        drop(bus);
        gate.open();
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_silent();
}

#[test]
fn what_is_left_is_in_the_report_and_adds_up() {
    alone(|| {
        for workers in [1, 2] {
            let (bus, gate) = blocked(lane().workers(workers), 0);
            if workers == 2 {
                bus.send(Waits(gate.clone())).unwrap();
                gate.wait_for(2);
            }
            for number in 0..5 {
                bus.send(Noted(number, Log::new())).unwrap();
            }
            let report = bus.shutdown(SHORT);
            let running = workers as u64;
            assert_eq!(left(&report), [(NOTED, 5), (WAITS, running)], "{report}");
            assert_eq!(figures(report.account), (running + 5, 0, 0, 0, running + 5));
            assert_eq!(report.running.len(), workers, "{report}");
            gate.open();
        }
    });
}

#[test]
fn a_retry_that_is_due_after_the_end_is_left_at_once() {
    alone(|| {
        for workers in [1, 2] {
            let (bus, seen) = (bus(lane().workers(workers)), Log::new());
            bus.send(RetriedLate(seen.clone())).unwrap();
            let report = bus.shutdown(LONG);
            assert!(report.took < LONG / 2, "{report}");
            assert_eq!(left(&report), [("ending::events::RetriedLate", 1)], "{report}");
            assert_eq!(figures(report.account), (1, 0, 0, 0, 1), "{report}");
            assert!(report.running.is_empty(), "nothing runs: it waits for its retry: {report}");
            assert_eq!(seen.get(), [1]);
        }
    });
}

#[test]
fn a_retry_that_is_due_after_the_end_is_said_at_once_by_the_drop() {
    let output = exit_of(|| {
        let (bus, seen) = (patient_bus(lane()), Log::new());
        bus.send(RetriedLate(seen.clone())).unwrap();
        let start = std::time::Instant::now();
        drop(bus);
        assert!(start.elapsed() < LONG / 2, "as long as a drop waits for what can end");
        assert_eq!(seen.get(), [1]);
    });
    output.assert_ended_well();
    output.assert_said_once("1 × ending::events::RetriedLate");
}

#[test]
fn work_beside_a_late_retry_is_finished_all_the_same() {
    alone(|| {
        let (bus, seen, noted) = (bus(lane()), Log::new(), Log::new());
        bus.send(RetriedLate(seen.clone())).unwrap();
        for number in 0..1_000 {
            bus.send(Noted(number, noted.clone())).unwrap();
        }
        let report = bus.shutdown(LONG);
        assert!(report.took < LONG / 2, "{report}");
        assert_eq!(figures(report.account), (1_001, 1_000, 0, 0, 1), "{report}");
        assert_eq!(noted.len(), 1_000);
    });
}

#[test]
fn the_handle_of_a_shut_down_bus_keeps_its_account() {
    alone(|| {
        let (bus, gate) = blocked(lane(), 3);
        let report = bus.shutdown(SHORT);
        gate.open();
        let again = bus.shutdown(LONG);
        assert_eq!((left(&again), again.account), (left(&report), report.account));
        assert_eq!(figures(bus.account()), (4, 0, 0, 0, 4));
        // What comes in vain is counted.
        drop(bus.try_send(Noted(0, Log::new())).unwrap_err());
        assert_eq!(figures(bus.account()), (5, 0, 0, 1, 4));
    });
}
