//! A `Bus` that a handler takes as an argument owns nothing: dropping the last handle outside waits as documented, whatever
//! handlers hold.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::lane::{LaneConfig, SendErrorKind};
use events::prelude::*;

use crate::events::{
    AsyncJob, Job, Noted, builder, bus, lane, pause, resume, runtime, runtime_of_one_thread,
};
use crate::support::{Gate, LONG, Log, alone, exit_of, until};

/// Twenty orders, whose handlers hold their bus for a while each. Returns when the first of them runs.
fn send_twenty(bus: &Bus, handled: impl Fn(u64) + Clone + Send + Sync + 'static) {
    let gate = Gate::new();
    for number in 0..20 {
        let (handled, gate) = (handled.clone(), gate.clone());
        bus.send(Job::new(move |bus| {
            if number == 0 {
                gate.pass();
            }
            // The work, during which the owner goes.
            std::thread::sleep(Duration::from_millis(10));
            handled(number);
            drop(bus);
        }))
        .unwrap();
    }
    gate.wait_for(1);
    gate.open();
}

#[test]
fn main_that_drops_its_bus_while_handlers_run_waits_for_all_of_them() {
    let output = exit_of(|| {
        let bus = bus(lane());
        send_twenty(&bus, |number| println!(">{number}"));
        drop(bus);
    });
    output.assert_ended_well();
    output.assert_silent();
    let numbers: Vec<u64> = output.lines().into_iter().map(|line| line.parse().unwrap()).collect();
    assert!(numbers.into_iter().eq(0..20), "{}", output.stdout);
}

#[test]
fn main_that_ends_while_handlers_run_waits_for_all_of_them() {
    let output = exit_of(|| {
        let bus = bus(lane().workers(3));
        send_twenty(&bus, |number| println!(">{number}"));
    });
    output.assert_ended_well();
    output.assert_silent();
    assert_eq!(output.lines().len(), 20, "{}", output.stdout);
}

#[test]
fn a_drop_returns_when_all_are_handled() {
    fn check(lane: LaneConfig) {
        let (bus, handled) = (bus(lane), Arc::new(AtomicU64::new(0)));
        let count = handled.clone();
        send_twenty(&bus, move |_| _ = count.fetch_add(1, Ordering::SeqCst));
        drop(bus);
        assert_eq!(handled.load(Ordering::SeqCst), 20);
    }
    alone(|| {
        check(lane());
        check(lane().workers(4));
        let runtime = runtime(2);
        check(lane().tokio(runtime.handle().clone()));
        check(lane().tokio(runtime.handle().clone()).concurrency(4));
    });
}

#[test]
fn an_async_handler_that_holds_its_bus_across_awaits_owns_nothing_either() {
    alone(|| {
        let runtime = runtime(2);
        let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(2));
        let (handled, gate) = (Arc::new(AtomicU64::new(0)), Gate::new());
        let at_gate = gate.clone();
        bus.send(Job::new(move |_| at_gate.pass())).unwrap();
        for _ in 0..20 {
            let handled = handled.clone();
            bus.send(AsyncJob::new(move |bus| {
                let handled = handled.clone();
                async move {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    handled.fetch_add(1, Ordering::SeqCst);
                    drop(bus);
                }
            }))
            .unwrap();
        }
        gate.wait_for(1);
        gate.open();
        drop(bus);
        assert_eq!(handled.load(Ordering::SeqCst), 20);
    });
}

#[test]
fn what_the_handlers_of_a_dropped_bus_send_is_handled_as_well() {
    alone(|| {
        for workers in [1, 3] {
            let (bus, seen) = (bus(lane().workers(workers)), Log::new());
            pause(&bus);
            for number in 0..20 {
                let seen = seen.clone();
                bus.send(Job::new(move |bus| bus.send(Noted(number, seen.clone())).unwrap())).unwrap();
            }
            drop(bus);
            let mut all = seen.get();
            all.sort_unstable();
            assert!(all.iter().copied().eq(0..20), "{workers} workers: {all:?}");
        }
    });
}

#[test]
fn a_bus_that_a_handler_kept_is_closed_when_its_owner_has_gone() {
    alone(|| {
        let kept = Arc::new(Mutex::new(None));
        let (bus, to_keep) = (bus(lane()), kept.clone());
        bus.send(Job::new(move |bus| *to_keep.lock().unwrap() = Some(bus))).unwrap();
        drop(bus);
        let kept = kept.lock().unwrap().take().expect("the drop waited for the handler");
        let error = kept.send(Noted(1, Log::new())).unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Closed);
        assert!(kept.shutdown(LONG).is_clean());
    });
}

#[test]
fn a_task_that_drops_the_bus_lets_async_handlers_go_on() {
    // A drop cannot wait in a task; the shutdown that it asks for does.
    alone(|| {
        let runtime = runtime_of_one_thread();
        let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
        let report = runtime.block_on(async {
            for number in 0..20 {
                let seen = seen.clone();
                bus.send(AsyncJob::new(move |bus| {
                    let seen = seen.clone();
                    async move {
                        tokio::task::yield_now().await;
                        seen.push(number);
                        drop(bus);
                    }
                }))
                .unwrap();
            }
            let report = bus.shutdown_async(LONG).await;
            drop(bus);
            report
        });
        assert!(report.is_clean(), "{report}");
        assert!(seen.get().into_iter().eq(0..20));
    });
}

/// Counts its drop.
struct Counted(Arc<AtomicU64>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn the_state_of_a_bus_goes_with_its_last_handle_and_worker() {
    alone(|| {
        for workers in [0, 1, 3] {
            let dropped = Arc::new(AtomicU64::new(0));
            let bus = builder(lane().workers(workers)).state(Counted(dropped.clone())).build().unwrap();
            pause(&bus);
            if workers > 0 {
                send_paused(&bus);
            }
            resume(&bus);
            drop(bus);
            until("the state is gone", || dropped.load(Ordering::SeqCst) == 1);
        }
    });
}

fn send_paused(bus: &Bus) {
    for _ in 0..100 {
        bus.send(Job::new(drop)).unwrap();
    }
}
