//! Nothing begins after a shutdown has returned, and shutdowns do not disturb one another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use events::LaneConfig;
use events::lane::SendErrorKind;
use events::outcome::BoxError;
use events::prelude::*;

use crate::events::{
    AsyncJob, Job, Noted, Waits, builder, bus, figures, lane, runtime, runtime_of_one_thread,
};
use crate::support::{Gate, LONG, Log, alone, until};

const SHORT: Duration = Duration::from_millis(20);

/// The first of its handlers waits at the gate; then come another one, a group, and a closure that is subscribed.
#[event]
struct Steps(Arc<Gate>, Arc<AtomicU64>);

#[handler(priority = 3)]
fn first_step(event: &Steps) {
    event.0.pass();
}

#[handler(priority = 2)]
fn second_step(event: &Steps) {
    event.1.fetch_add(1, Ordering::SeqCst);
}

#[handlers]
mod group {
    use super::*;

    #[handler(priority = 1)]
    fn third_step(event: &Steps) {
        event.1.fetch_add(1, Ordering::SeqCst);
    }

    #[handler(priority = 1)]
    fn fourth_step(event: &Steps) {
        event.1.fetch_add(1, Ordering::SeqCst);
    }
}

/// The first of its handlers waits at the gate, and fails; another is asynchronous.
#[event(async)]
struct AsyncSteps(Arc<Gate>, Arc<AtomicU64>);

#[handler(priority = 2, retry(max = 3, backoff = "1us..1us"))]
async fn first_async_step(event: &AsyncSteps, cx: &Context) -> Result<(), BoxError> {
    if cx.attempt() > 1 {
        event.1.fetch_add(1, Ordering::SeqCst);
    }
    event.0.pass();
    Err("not yet".into())
}

#[handler(priority = 1)]
async fn second_async_step(event: &AsyncSteps) {
    event.1.fetch_add(1, Ordering::SeqCst);
}

/// The handler of a batch fails at the gate, so that it would be tried again.
#[event]
struct Together(Arc<Gate>, Arc<AtomicU64>);

#[handler(batch(size = "2", linger = "1ms"), retry(max = 3, backoff = "1us..1us"))]
fn all_together(events: &[Together]) -> Result<(), BoxError> {
    events[0].1.fetch_add(1, Ordering::SeqCst);
    events[0].0.pass();
    Err("not yet".into())
}

/// Counts its drop.
struct Counted(Arc<AtomicU64>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Shuts a bus down while handlers wait at the gate, opens it, and waits until all workers have gone.
fn end_while_at_the_gate(lane: LaneConfig, send: impl FnOnce(&Bus, Arc<Gate>)) {
    let (gone, gate) = (Arc::new(AtomicU64::new(0)), Gate::new());
    let bus = builder(lane).state(Counted(gone.clone())).build().unwrap();
    send(&bus, gate.clone());
    gate.wait_for(1);
    let report = bus.shutdown(SHORT);
    assert!(!report.is_clean() && report.account.balances(), "{report}");
    drop(bus);
    gate.open();
    until("the workers have gone", || gone.load(Ordering::SeqCst) == 1);
}

#[test]
fn no_second_handler_begins() {
    alone(|| {
        for workers in [1, 2] {
            let begun = Arc::new(AtomicU64::new(0));
            let closure = begun.clone();
            end_while_at_the_gate(lane().workers(workers), |bus, gate| {
                bus.subscribe(move |_: &Steps| _ = closure.fetch_add(1, Ordering::SeqCst)).detach();
                bus.send(Steps(gate, begun.clone())).unwrap();
            });
            assert_eq!(begun.load(Ordering::SeqCst), 0, "handlers began after the shutdown had returned");
        }
    });
}

#[test]
fn no_second_async_handler_and_no_retry_begins() {
    alone(|| {
        let runtime = runtime(2);
        let begun = Arc::new(AtomicU64::new(0));
        end_while_at_the_gate(lane().tokio(runtime.handle().clone()), |bus, gate| {
            bus.send(AsyncSteps(gate, begun.clone())).unwrap();
        });
        assert_eq!(begun.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn no_second_attempt_at_a_batch_begins() {
    alone(|| {
        for workers in [1, 2] {
            let begun = Arc::new(AtomicU64::new(0));
            end_while_at_the_gate(lane().workers(workers), |bus, gate| {
                for _ in 0..8 {
                    bus.send(Together(gate.clone(), begun.clone())).unwrap();
                }
            });
            assert_eq!(begun.load(Ordering::SeqCst), 1, "{workers} workers");
        }
    });
}

#[test]
fn no_waiting_event_begins() {
    alone(|| {
        for workers in [1, 3] {
            let seen = Log::new();
            let log = seen.clone();
            end_while_at_the_gate(lane().workers(workers), move |bus, gate| {
                for _ in 0..workers {
                    bus.send(Waits(gate.clone())).unwrap();
                }
                gate.wait_for(workers);
                for number in 0..100 {
                    bus.send(Noted(number, log.clone())).unwrap();
                }
            });
            assert_eq!(seen.get(), []);
        }
    });
}

/// Ten events, the first of which waits at the gate.
fn send_ten(bus: &Bus, gate: &Arc<Gate>, seen: &Arc<Log<u64>>) {
    bus.send(Waits(gate.clone())).unwrap();
    gate.wait_for(1);
    for number in 0..9 {
        bus.send(Noted(number, seen.clone())).unwrap();
    }
}

fn until_closed(bus: &Bus) {
    until("the bus is closed", || {
        bus.try_send(Job::new(|_| ())).is_err_and(|error| error.kind == SendErrorKind::Closed)
    });
}

#[test]
fn a_second_shorter_shutdown_does_not_cut_the_first() {
    alone(|| {
        for workers in [1, 2] {
            // With two workers the second one would handle the others meanwhile.
            let (bus, gate, seen) = (bus(lane().workers(workers)), Gate::new(), Log::new());
            send_ten(&bus, &gate, &seen);
            let long = thread::scope(|scope| {
                let long = scope.spawn(|| bus.shutdown(LONG));
                until_closed(&bus);
                let short = bus.shutdown(Duration::from_millis(1));
                assert!(!short.is_clean() && short.account.balances(), "{short}");
                assert!(short.took < LONG / 2, "{short}");
                gate.open();
                long.join().unwrap()
            });
            assert!(long.is_clean(), "{long}");
            assert_eq!((long.account.left, seen.len()), (0, 9), "{long}");
            assert!(bus.shutdown(Duration::ZERO).is_clean(), "all was handled in the end");
        }
    });
}

#[test]
fn a_second_shorter_shutdown_does_not_cut_the_first_in_a_task() {
    alone(|| {
        let runtime = runtime_of_one_thread();
        let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
        runtime.block_on(async {
            for number in 0..10 {
                let seen = seen.clone();
                bus.send(AsyncJob::new(move |_| {
                    let seen = seen.clone();
                    async move {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                        seen.push(number);
                    }
                }))
                .unwrap();
            }
            // In this order: the long one is the first.
            let (long, short) =
                tokio::join!(biased; bus.shutdown_async(LONG), bus.shutdown_async(Duration::ZERO));
            assert!(short.account.balances(), "{short}");
            assert!(long.is_clean(), "{long}");
        });
        assert_eq!(seen.len(), 10);
    });
}

#[test]
fn a_longer_shutdown_after_a_shorter_one_tells_what_that_left() {
    alone(|| {
        let (bus, gate, seen) = (bus(lane()), Gate::new(), Log::new());
        send_ten(&bus, &gate, &seen);
        assert_eq!(figures(bus.shutdown(SHORT).account), (10, 0, 0, 0, 10));
        gate.open();
        assert_eq!(figures(bus.shutdown(LONG).account), (10, 0, 0, 0, 10));
        assert_eq!(seen.len(), 0, "nothing begins after a shutdown has returned");
    });
}

#[test]
fn many_shutdowns_at_once_agree() {
    alone(|| {
        for _ in 0..20 {
            let (bus, seen) = (bus(lane().workers(2)), Log::new());
            for number in 0..500 {
                bus.send(Noted(number, seen.clone())).unwrap();
            }
            let reports: Vec<_> = thread::scope(|scope| {
                let shutdowns: Vec<_> = (0..4).map(|_| scope.spawn(|| bus.shutdown(LONG))).collect();
                shutdowns.into_iter().map(|shutdown| shutdown.join().unwrap()).collect()
            });
            for report in reports {
                assert!(report.is_clean(), "{report}");
                assert_eq!(figures(report.account), (500, 500, 0, 0, 0));
            }
        }
    });
}
