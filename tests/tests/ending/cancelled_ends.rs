//! Drains and shutdowns that are dropped before they are done: at every point where they can be.

use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use events::lane::SendErrorKind;
use events::prelude::*;
use tokio::sync::Notify;

use crate::cancelled::{MOST, poll, poll_and_drop};
use crate::events::{AsyncJob, Noted, Waits, bus, figures, lane, runtime, runtime_of_one_thread};
use crate::support::{Gate, LONG, Log, alone, exit_of};

#[test]
fn a_drain_dropped_at_any_point_changes_nothing() {
    alone(|| {
        for times in 0..MOST {
            let runtime = runtime_of_one_thread();
            let bus = bus(lane().tokio(runtime.handle().clone()));
            let (seen, notify) = (Log::new(), Arc::new(Notify::new()));
            runtime.block_on(async {
                let (log, told) = (seen.clone(), notify.clone());
                bus.send(AsyncJob::new(move |_| {
                    let (log, told) = (log.clone(), told.clone());
                    async move {
                        told.notified().await;
                        log.push(0);
                    }
                }))
                .unwrap();
                bus.send(Noted(1, seen.clone())).unwrap();
                assert!(!poll_and_drop(bus.drain_async(LONG), times).await, "a handler waits");
                assert_eq!(figures(bus.account()), (2, 0, 0, 0, 2), "after {times} polls");
                bus.send(Noted(2, seen.clone())).unwrap();
                notify.notify_one();
                assert!(bus.drain_async(LONG).await);
            });
            assert_eq!(seen.get(), [0, 1, 2]);
            assert_eq!(figures(bus.account()), (3, 3, 0, 0, 0));
        }
    });
}

/// Five jobs that wait a few turns each.
fn send_five(bus: &Bus, seen: &Arc<Log<u64>>) {
    for number in 0..5 {
        let seen = seen.clone();
        bus.send(AsyncJob::new(move |_| {
            let seen = seen.clone();
            async move {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                seen.push(number);
            }
        }))
        .unwrap();
    }
}

#[test]
fn a_shutdown_dropped_at_any_point_leaves_the_bus_closed_and_loses_nothing() {
    alone(|| {
        for times in 0..2 * MOST {
            let runtime = runtime_of_one_thread();
            let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
            runtime.block_on(async {
                send_five(&bus, &seen);
                poll_and_drop(bus.shutdown_async(LONG), times).await;
                let sent = bus.try_send(Noted(5, seen.clone()));
                if times == 0 {
                    sent.expect("a future that was never polled has done nothing");
                } else {
                    assert_eq!(sent.unwrap_err().kind, SendErrorKind::Closed, "after {times} polls");
                }
                assert!(bus.account().balances(), "{}", bus.account());
                let report = bus.shutdown_async(LONG).await;
                assert!(report.is_clean(), "after {times} polls: {report}");
            });
            let (sent, handled, dead, rejected, left) = figures(bus.account());
            let rejects = u64::from(times > 0);
            assert_eq!((sent, handled, dead, rejected, left), (6, 6 - rejects, 0, rejects, 0));
            assert_eq!(seen.len() as u64, handled);
        }
    });
}

#[test]
fn the_workers_go_on_after_a_shutdown_that_was_dropped() {
    alone(|| {
        let runtime = runtime_of_one_thread();
        let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
        runtime.block_on(async {
            send_five(&bus, &seen);
            poll_and_drop(bus.shutdown_async(LONG), 1).await;
            while seen.len() < 5 {
                tokio::task::yield_now().await;
            }
        });
        assert!(seen.get().into_iter().eq(0..5));
    });
}

#[test]
fn a_shutdown_that_was_dropped_when_its_time_was_up_is_reported_by_the_next() {
    alone(|| {
        let (gate, runtime) = (Gate::new(), runtime(1));
        let bus = bus(lane().tokio(runtime.handle().clone()));
        bus.send(Waits(gate.clone())).unwrap();
        gate.wait_for(1);
        bus.send(Noted(1, Log::new())).unwrap();
        let other = runtime_of_one_thread();
        for times in 1..MOST {
            other.block_on(poll_and_drop(bus.shutdown_async(Duration::ZERO), times));
            assert!(bus.account().balances(), "{}", bus.account());
        }
        let report = bus.shutdown(Duration::ZERO);
        assert_eq!(figures(report.account), (2, 0, 0, 0, 2), "{report}");
        assert_eq!(report.left.iter().map(|left| left.count).sum::<u64>(), 2, "{report}");
        gate.open();
    });
}

#[test]
fn what_a_dropped_shutdown_did_not_report_the_drop_of_the_bus_says() {
    let output = exit_of(|| {
        let runtime = runtime_of_one_thread();
        runtime.block_on(async {
            let (bus, seen) = (bus(lane().tokio(tokio::runtime::Handle::current())), Log::new());
            for number in 0..3 {
                bus.send(Noted(number, seen.clone())).unwrap();
            }
            let mut shutdown = Box::pin(bus.shutdown_async(LONG));
            assert!(poll(shutdown.as_mut(), Waker::noop()).is_none());
            drop(shutdown);
            drop(bus);
            assert_eq!(seen.get(), []);
        });
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_said_once("3 × ending::events::Noted");
}
