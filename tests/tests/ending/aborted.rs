//! What is under way on a lane of tasks when a shutdown's time is up: aborted where the lane is made so.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use events::LaneConfig;
use events::lane::{SendErrorKind, ShutdownReport};
use events::prelude::*;
use tokio::runtime::Runtime;

use crate::events::{AsyncJob, Noted, Waits, builder, bus, figures, lane, runtime, runtime_of_one_thread};
use crate::support::{Gate, LONG, Log, alone, until};

/// Counts its drop.
struct Guard(Arc<AtomicU64>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A job that never ends. Counts its beginning, and the drop of its future.
fn endless(begun: &Arc<AtomicU64>, dropped: &Arc<AtomicU64>) -> AsyncJob {
    let (begun, dropped) = (begun.clone(), dropped.clone());
    AsyncJob::new(move |_| {
        let guard = Guard(dropped.clone());
        begun.fetch_add(1, Ordering::SeqCst);
        async move {
            let _guard = guard;
            pending().await
        }
    })
}

fn aborting(runtime: &Runtime) -> LaneConfig {
    lane().tokio(runtime.handle().clone()).abort_at_end(true)
}

fn begins(begun: &Arc<AtomicU64>, count: u64) -> impl Future<Output = ()> {
    let begun = begun.clone();
    async move {
        while begun.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }
}

fn assert_aborted(report: &ShutdownReport, aborted: usize, left: u64) {
    assert!(report.is_final && !report.is_clean(), "{report}");
    assert_eq!((report.aborted.len(), report.running.len()), (aborted, 0), "{report}");
    assert_eq!((report.left.len(), report.left[0].count), (1, left), "{report}");
    let text = report.to_string();
    assert!(text.contains("aborted on lane \"default\": handlers of ending::events::AsyncJob"), "{text}");
}

#[test]
fn a_handler_that_never_ends_is_gone_when_the_shutdown_has_returned() {
    alone(|| {
        for runtime in [runtime_of_one_thread(), runtime(2)] {
            for workers in [1..=1, 3..=3, 1..=3] {
                let [begun, dropped] = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
                let state = Arc::new(());
                let lane = aborting(&runtime).workers(workers.clone());
                let bus = builder(lane).shared_state(state.clone()).build().unwrap();
                let report = runtime.block_on(async {
                    for _ in 0..5 {
                        bus.send(endless(&begun, &dropped)).unwrap();
                    }
                    begins(&begun, *workers.start() as u64).await;
                    bus.shutdown_async(Duration::from_millis(5)).await
                });
                // A lane that follows its load may have begun more of them meanwhile.
                let running = begun.load(Ordering::SeqCst);
                assert_eq!(dropped.load(Ordering::SeqCst), running);
                assert_aborted(&report, running as usize, 5);
                assert_eq!(figures(report.account), (5, 0, 0, 0, 5), "{report}");
                assert_eq!(figures(bus.account()), (5, 0, 0, 0, 5));
                assert_eq!(bus.try_send(Noted(1, Log::new())).unwrap_err().kind, SendErrorKind::Closed);
                drop(bus);
                assert_eq!(Arc::strong_count(&state), 1, "no task holds the bus");
            }
        }
    });
}

#[test]
fn a_shutdown_that_blocks_and_a_drop_abort_as_well() {
    alone(|| {
        let runtime = runtime(2);
        for is_dropped in [false, true] {
            let [begun, dropped] = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
            let builder = builder(aborting(&runtime)).drain_on_drop(Duration::from_millis(5));
            let bus = builder.build().unwrap();
            bus.send(endless(&begun, &dropped)).unwrap();
            runtime.block_on(begins(&begun, 1));
            if is_dropped {
                drop(bus);
            } else {
                assert_aborted(&bus.shutdown(Duration::from_millis(5)), 1, 1);
            }
            assert_eq!(dropped.load(Ordering::SeqCst), 1);
        }
    });
}

#[event(async)]
struct Again(Arc<AtomicU64>, Arc<AtomicU64>);

/// Fails at first; its retry never ends.
#[handler(retry(max = 2, backoff = "1ms..1ms"))]
async fn try_again(event: &Again, cx: &Context) -> Result<(), &'static str> {
    if cx.attempt() == 1 {
        return Err("not yet");
    }
    let _guard = Guard(event.1.clone());
    event.0.fetch_add(1, Ordering::SeqCst);
    pending().await
}

#[test]
fn a_retry_that_never_ends_is_left_once() {
    alone(|| {
        let runtime = runtime(2);
        let bus = bus(aborting(&runtime));
        let [begun, dropped] = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
        bus.send(Again(begun.clone(), dropped.clone())).unwrap();
        let report = runtime.block_on(async {
            begins(&begun, 1).await;
            bus.shutdown_async(Duration::from_millis(5)).await
        });
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
        assert_eq!(figures(report.account), (1, 0, 0, 0, 1), "{report}");
        assert_eq!((report.left[0].count, report.aborted.len()), (1, 1), "{report}");
        assert!(report.to_string().contains("ending::aborted::Again"), "{report}");
    });
}

#[test]
fn a_synchronous_handler_is_named_as_running_and_runs_on() {
    alone(|| {
        let (runtime, gate) = (runtime(2), Gate::new());
        let bus = bus(aborting(&runtime));
        bus.send(Waits(gate.clone())).unwrap();
        gate.wait_for(1);
        let report = bus.shutdown(Duration::from_millis(5));
        assert_eq!((report.aborted.len(), report.running.len()), (0, 1), "{report}");
        assert_eq!(figures(report.account), (1, 0, 0, 0, 1), "{report}");
        assert!(report.took < LONG / 2, "{report}");
        gate.open();
    });
}

#[test]
fn without_it_tasks_run_on() {
    alone(|| {
        let (runtime, gate) = (runtime(2), Arc::new(tokio::sync::Notify::new()));
        let bus = bus(lane().tokio(runtime.handle().clone()));
        let (begun, seen) = (Arc::new(AtomicU64::new(0)), Log::new());
        let (start, notify, log) = (begun.clone(), gate.clone(), seen.clone());
        bus.send(AsyncJob::new(move |_| {
            start.fetch_add(1, Ordering::SeqCst);
            let (notify, log) = (notify.clone(), log.clone());
            async move {
                notify.notified().await;
                log.push(1);
            }
        }))
        .unwrap();
        let report = runtime.block_on(async {
            begins(&begun, 1).await;
            bus.shutdown_async(Duration::from_millis(5)).await
        });
        assert_eq!((report.aborted.len(), report.running.len()), (0, 1), "{report}");
        gate.notify_one();
        until("the handler ran on", || seen.len() == 1);
    });
}

#[test]
fn a_shutdown_in_time_aborts_nothing() {
    alone(|| {
        let runtime = runtime(2);
        let (bus, seen) = (bus(aborting(&runtime).workers(2)), Log::new());
        for number in 0..100 {
            bus.send(Noted(number, seen.clone())).unwrap();
        }
        let report = runtime.block_on(bus.shutdown_async(LONG));
        assert!(report.is_clean() && report.aborted.is_empty(), "{report}");
        assert_eq!(seen.len(), 100);
    });
}
