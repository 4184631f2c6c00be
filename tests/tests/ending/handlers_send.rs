//! What running handlers send while the bus ends is handled: it is closed to the outside alone.
//!
//! A shutdown does not heed a pause. So on a lane that is paused, all handlers start after the bus was closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use events::lane::SendErrorKind;
use events::prelude::*;

use crate::events::{Job, Noted, OtherJob, RetriedSoon, Row, builder, bus, figures, lane, pause};
use crate::support::{Gate, LONG, Log, alone, exit_of, until};

/// Three orders, each handled by a handler that sends a second event.
fn send_three_orders(bus: &Bus, seen: &Arc<Log<u64>>) {
    for number in 0..3 {
        let seen = seen.clone();
        bus.send(Job::new(move |bus| bus.send(Noted(number, seen.clone())).unwrap())).unwrap();
    }
}

#[test]
fn three_orders_and_what_they_send_are_handled_by_a_shutdown() {
    alone(|| {
        for workers in [1, 3] {
            let (bus, seen) = (bus(lane().workers(workers)), Log::new());
            pause(&bus);
            send_three_orders(&bus, &seen);
            let report = bus.shutdown(LONG);
            assert!(report.is_clean(), "{report}");
            assert_eq!(figures(report.account), (6, 6, 0, 0, 0), "{report}");
            assert_eq!(seen.len(), 3);
        }
    });
}

#[test]
fn three_orders_and_what_they_send_are_handled_by_the_end_of_main() {
    let output = exit_of(|| {
        let bus = bus(lane());
        pause(&bus);
        for number in 0..3 {
            let order = Job::new(move |bus| {
                println!(">charged {number}");
                bus.send(Job::new(move |_| println!(">shipped {number}"))).unwrap();
            });
            bus.send(order).unwrap();
        }
    });
    output.assert_ended_well();
    output.assert_silent();
    let mut lines = output.lines();
    lines.sort_unstable();
    assert_eq!(lines, ["charged 0", "charged 1", "charged 2", "shipped 0", "shipped 1", "shipped 2"]);
}

#[test]
fn a_handler_that_runs_before_the_shutdown_may_send_after_it_began() {
    alone(|| {
        let (bus, seen, gate) = (bus(lane()), Log::new(), Gate::new());
        let (log, at_gate) = (seen.clone(), gate.clone());
        bus.send(Job::new(move |bus| {
            at_gate.pass();
            bus.send(Noted(1, log.clone())).unwrap();
        }))
        .unwrap();
        gate.wait_for(1);
        std::thread::scope(|scope| {
            let shutdown = scope.spawn(|| bus.shutdown(LONG));
            // First without sending: what is sent before fills the lane.
            until("the shutdown has begun", || bus.is_shut_down());
            until("the bus is closed to the outside", || {
                bus.try_send(Noted(0, Log::new())).is_err_and(|error| error.kind == SendErrorKind::Closed)
            });
            gate.open();
            assert!(shutdown.join().unwrap().is_clean());
        });
        assert_eq!(seen.get(), [1]);
    });
}

#[test]
fn sends_of_all_kinds_go_on() {
    alone(|| {
        let (bus, seen) = (bus(lane()), Log::new());
        pause(&bus);
        let log = seen.clone();
        bus.send(Job::new(move |bus| {
            let noted = |number| Noted(number, log.clone());
            bus.send(noted(0)).unwrap();
            bus.try_send(noted(1)).unwrap();
            bus.send_timeout(noted(2), LONG).unwrap();
            bus.send_with(noted(3), &Context::new().with_timeout(LONG)).unwrap();
            assert_eq!(bus.send_batch([noted(4), noted(5)]).unwrap(), 2);
        }))
        .unwrap();
        let report = bus.shutdown(LONG);
        assert!(report.is_clean(), "{report}");
        assert_eq!(seen.get(), [0, 1, 2, 3, 4, 5]);
    });
}

#[test]
fn a_bus_that_a_handler_has_otherwise_than_as_an_argument_sends_as_well() {
    alone(|| {
        let (bus, seen) = (bus(lane()), Log::new());
        pause(&bus);
        let (captured, log) = (bus.clone(), seen.clone());
        bus.send(Job::new(move |_| captured.send(Noted(1, log.clone())).unwrap())).unwrap();
        let report = bus.shutdown(LONG);
        assert!(report.is_clean(), "{report}");
        assert_eq!(seen.get(), [1]);
    });
}

#[test]
fn an_emit_inside_of_a_handler_belongs_to_that_handler() {
    alone(|| {
        let (bus, seen) = (bus(lane()), Log::new());
        pause(&bus);
        let log = seen.clone();
        bus.send(Job::new(move |bus| {
            let log = log.clone();
            let inner = Job::new(move |bus| bus.send(Noted(1, log.clone())).unwrap());
            bus.emit(&inner).into_result().unwrap();
        }))
        .unwrap();
        let report = bus.shutdown(LONG);
        assert!(report.is_clean(), "{report}");
        assert_eq!(seen.get(), [1]);
    });
}

/// Sends itself to the other lane, and back, so many times.
fn hop(bus: &Bus, left: u64, seen: &Arc<Log<u64>>) {
    let log = seen.clone();
    let next = move |bus: Bus| {
        log.push(left);
        if left > 0 {
            hop(&bus, left - 1, &log);
        }
    };
    if left.is_multiple_of(2) {
        bus.send(Job::new(next)).unwrap();
    } else {
        bus.send(OtherJob::new(next)).unwrap();
    }
}

#[test]
fn a_chain_over_two_lanes_ends_before_the_shutdown_does() {
    alone(|| {
        for _ in 0..50 {
            let (bus, seen) = (bus(lane()), Log::new());
            pause(&bus);
            hop(&bus, 20, &seen);
            let report = bus.shutdown(LONG);
            assert!(report.is_clean(), "{report}");
            assert_eq!(figures(report.account), (21, 21, 0, 0, 0));
            assert!(seen.get().into_iter().eq((0..=20).rev()));
        }
    });
}

#[test]
fn a_retry_that_is_due_in_time_is_waited_for() {
    alone(|| {
        let (bus, seen) = (bus(lane()), Log::new());
        bus.send(RetriedSoon(seen.clone())).unwrap();
        let report = bus.shutdown(LONG);
        assert!(report.is_clean(), "{report}");
        assert_eq!(seen.get(), [1, 2]);
    });
}

#[test]
fn a_batch_handler_sends_as_well() {
    alone(|| {
        let (bus, seen) = (bus(lane()), Log::new());
        pause(&bus);
        for _ in 0..6 {
            bus.send(Row(seen.clone())).unwrap();
        }
        let report = bus.shutdown(LONG);
        assert!(report.is_clean(), "{report}");
        // The second batch is not full, and its linger is an hour: the end does not wait for that.
        assert_eq!((figures(report.account), seen.len()), ((12, 12, 0, 0, 0), 6));
    });
}

#[test]
fn from_outside_nothing_is_sent_and_emits_run_inline() {
    alone(|| {
        let (bus, seen, gate) = (bus(lane()), Log::new(), Gate::new());
        let at_gate = gate.clone();
        bus.send(Job::new(move |_| at_gate.pass())).unwrap();
        gate.wait_for(1);
        std::thread::scope(|scope| {
            let shutdown = scope.spawn(|| bus.shutdown(LONG));
            until("the bus is closed", || bus.try_send(Noted(0, Log::new())).is_err());
            let noted = || Noted(0, seen.clone());
            assert_eq!(bus.send(noted()).unwrap_err().kind, SendErrorKind::Closed);
            assert_eq!(bus.send_timeout(noted(), LONG).unwrap_err().kind, SendErrorKind::Closed);
            assert_eq!(bus.send_batch([noted(), noted()]).unwrap_err().unsent.len(), 2);
            assert!(bus.emit(&Noted(7, seen.clone())).is_ok());
            // An emit is no handler that a lane runs: what it sends comes from outside.
            let log = seen.clone();
            let emitted = Job::new(move |bus| {
                let error = bus.send(Noted(8, log.clone())).unwrap_err();
                assert_eq!(error.kind, SendErrorKind::Closed);
            });
            assert!(bus.emit(&emitted).is_ok());
            gate.open();
            assert!(shutdown.join().unwrap().is_clean());
        });
        assert_eq!(seen.get(), [7]);
    });
}

#[test]
fn a_chain_without_end_does_not_hold_up_the_end() {
    alone(|| {
        fn again(bus: &Bus, runs: Arc<AtomicU64>) -> Result<(), SendErrorKind> {
            let job = Job::new(move |bus| {
                runs.fetch_add(1, Ordering::SeqCst);
                _ = again(&bus, runs.clone());
            });
            bus.send(job).map_err(|error| error.kind)
        }
        let (bus, runs) = (builder(lane()).build().unwrap(), Arc::new(AtomicU64::new(0)));
        pause(&bus);
        again(&bus, runs.clone()).unwrap();
        let report = bus.shutdown(std::time::Duration::from_millis(500));
        assert!(runs.load(Ordering::SeqCst) > 1, "it went on until the time was up");
        assert!(report.took < LONG / 2, "{report}");
        assert!(report.account.balances(), "{report}");
        // One was under way, which may have sent the next; or the last was refused for the time was up, and nothing is left.
        assert!(report.account.left <= 2, "{report}");
        assert_eq!(report.is_clean(), report.account.left == 0, "{report}");
    });
}
