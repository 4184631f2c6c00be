//! Lanes on a tokio runtime that cannot help: one of a single thread which is busy with the caller, and one that is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use events::lane::{Overflow, SendErrorKind};
use events::prelude::*;
use tokio::runtime::Runtime;

use crate::events::{
    AsyncJob, Job, Noted, Waits, bus, figures, lane, patient_bus, pause, resume, runtime,
    runtime_of_one_thread,
};
use crate::support::{Gate, LONG, Log, alone, exit_of, until};

/// Less than a patient bus waits in its drop, and far more than it takes not to wait.
const AT_ONCE: Duration = Duration::from_secs(30);

#[track_caller]
fn at_once<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed() < AT_ONCE, "took {:?}", start.elapsed());
    result
}

#[test]
fn a_drop_on_a_runtime_of_one_thread_does_not_block_it() {
    let output = exit_of(|| {
        let runtime = runtime_of_one_thread();
        runtime.block_on(async {
            let bus = patient_bus(lane().tokio(runtime.handle().clone()));
            for number in 0..3 {
                bus.send(Noted(number, Log::new())).unwrap();
            }
            at_once(|| drop(bus));
        });
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_said_once("shutdown_async");
    output.assert_said_once("3 × ending::events::Noted");
}

#[test]
fn a_drop_at_the_end_of_an_async_main_does_not_block_it_either() {
    // As `#[tokio::test]` has it: the bus goes with the body of the function.
    let output = exit_of(|| {
        let start = Instant::now();
        let runtime = runtime_of_one_thread();
        runtime.block_on(async {
            let bus = patient_bus(lane().tokio(tokio::runtime::Handle::current()));
            bus.send(AsyncJob::new(|_| async { tokio::task::yield_now().await })).unwrap();
            tokio::task::yield_now().await;
        });
        assert!(start.elapsed() < AT_ONCE, "took {:?}", start.elapsed());
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    // Either the one turn was enough, or it is said what was left.
    assert!(output.stderr.is_empty() || output.stderr.contains("shutdown_async"), "{}", output.stderr);
}

#[test]
fn a_drop_on_a_runtime_of_one_thread_with_nothing_left_is_silent() {
    let output = exit_of(|| {
        let runtime = runtime_of_one_thread();
        runtime.block_on(async {
            let bus = patient_bus(lane().tokio(runtime.handle().clone()));
            bus.send(Noted(1, Log::new())).unwrap();
            assert!(bus.drain_async(LONG).await);
            at_once(|| drop(bus));
        });
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_silent();
}

#[test]
fn a_drop_beside_the_runtime_waits_for_its_workers() {
    alone(|| {
        let runtime = runtime(1);
        let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
        pause(&bus);
        for number in 0..100 {
            bus.send(Noted(number, seen.clone())).unwrap();
        }
        drop(bus);
        assert_eq!(seen.len(), 100);
    });
}

/// Sends into a full lane until an event comes back, on a thread that the lane's workers need.
fn assert_comes_back(bus: &Bus, seen: &Arc<Log<u64>>) {
    // Its workers take none while this thread is busy here: there is room for one.
    let error = (0..3).find_map(|number| bus.send(Noted(number, seen.clone())).err()).expect("a full lane");
    assert_eq!(error.event.0, 1);
    assert_ne!(error.kind, SendErrorKind::Closed);
    let error = bus.send_batch([Noted(1, seen.clone()), Noted(2, seen.clone())]).unwrap_err();
    assert_eq!((error.sent, error.unsent.len()), (0, 2));
    let text = error.to_string();
    assert!(!text.contains("as long as the sender would wait"), "it did not wait: {text}");
}

#[test]
fn a_send_that_would_wait_for_its_own_thread_is_an_error() {
    alone(|| {
        for overflow in [Overflow::Block, Overflow::BlockFor(Duration::from_secs(3600))] {
            let runtime = runtime_of_one_thread();
            let lane = lane().capacity(1).overflow(overflow).tokio(runtime.handle().clone());
            let (bus, seen) = (bus(lane), Log::new());
            runtime.block_on(async {
                at_once(|| assert_comes_back(&bus, &seen));
                // A task waits as it should.
                bus.send_async(Noted(9, seen.clone())).await.unwrap();
                assert!(bus.drain_async(LONG).await);
            });
            assert_eq!(seen.get(), [0, 9]);
            assert_eq!(figures(bus.account()), (5, 2, 0, 3, 0));
        }
    });
}

#[test]
fn a_send_that_would_wait_for_its_own_thread_is_an_error_in_a_spawned_task_as_well() {
    alone(|| {
        for is_pool in [false, true] {
            let runtime = if is_pool { runtime(1) } else { runtime_of_one_thread() };
            let (bus, seen) = (bus(lane().capacity(1).tokio(runtime.handle().clone())), Log::new());
            let (sender, log) = (bus.clone(), seen.clone());
            let task = async move { at_once(|| assert_comes_back(&sender, &log)) };
            runtime.block_on(async { tokio::spawn(task).await.unwrap() });
            runtime.block_on(async { assert!(bus.drain_async(LONG).await) });
            assert_eq!(figures(bus.account()), (4, 1, 0, 3, 0));
        }
    });
}

#[test]
fn a_runtime_of_one_thread_that_goes_on_with_another_thread() {
    alone(|| {
        let runtime = runtime_of_one_thread();
        let (bus, seen) = (bus(lane().capacity(1).tokio(runtime.handle().clone())), Log::new());
        runtime.block_on(async {
            bus.send_async(Noted(8, seen.clone())).await.unwrap();
            assert!(bus.drain_async(LONG).await);
        });
        thread::scope(|scope| {
            // From now on the workers need this thread, though they have run on the first one.
            let other =
                scope.spawn(|| runtime.block_on(async { at_once(|| assert_comes_back(&bus, &seen)) }));
            other.join().unwrap();
        });
        runtime.block_on(async { assert!(bus.drain_async(LONG).await) });
        assert_eq!(seen.get(), [8, 0]);
    });
}

#[test]
fn a_thread_for_blocking_work_waits_for_its_runtime_of_one_thread() {
    alone(|| {
        for has_run in [false, true] {
            let runtime = runtime_of_one_thread();
            let (bus, seen) = (bus(lane().capacity(1).tokio(runtime.handle().clone())), Log::new());
            runtime.block_on(async {
                if has_run {
                    bus.send_async(Noted(9, seen.clone())).await.unwrap();
                    assert!(bus.drain_async(LONG).await);
                }
                let (bus, log) = (bus.clone(), seen.clone());
                let blocking = tokio::task::spawn_blocking(move || {
                    (0..3).for_each(|number| bus.send(Noted(number, log.clone())).unwrap());
                    bus.shutdown(LONG)
                });
                let report = blocking.await.unwrap();
                assert!(report.is_clean(), "{report}");
            });
            let expected: &[u64] = if has_run { &[9, 0, 1, 2] } else { &[0, 1, 2] };
            assert_eq!(seen.get(), expected);
        }
    });
}

/// Sends from six tasks, so many events each, to a lane with room for one whose workers are tasks of the same runtime. Returns how
/// many came back, each because all threads of the runtime waited.
fn send_from_tasks(runtime: &Runtime, bus: &Bus, seen: &Arc<Log<u64>>, sends: u64) -> usize {
    let senders: Vec<_> = (0..6)
        .map(|number| {
            let (bus, seen) = (bus.clone(), seen.clone());
            runtime.spawn(async move {
                let sends = (0..sends).map(|_| bus.send(Noted(number, seen.clone())));
                let errors: Vec<_> = sends.filter_map(Result::err).collect();
                assert!(errors.iter().all(|error| error.kind == SendErrorKind::OwnRuntime));
                errors.len()
            })
        })
        .collect();
    senders.into_iter().map(|sender| runtime.block_on(sender).unwrap()).sum()
}

#[test]
fn senders_that_wait_on_all_threads_of_a_runtime_do_not_hold_up_its_workers() {
    alone(|| {
        let (runtime, seen) = (runtime(2), Log::new());
        let bus = bus(lane().capacity(1).tokio(runtime.handle().clone()));
        assert_eq!(send_from_tasks(&runtime, &bus, &seen, 10), 0);
        let report = bus.shutdown(LONG);
        assert!(report.is_clean(), "{report}");
        assert_eq!(seen.len(), 60);
    });
}

#[test]
fn senders_that_leave_a_runtime_no_thread_at_all_get_their_events_back() {
    alone(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).max_blocking_threads(1).enable_time().build().unwrap();
        let (bus, seen) = (bus(lane().capacity(1).tokio(runtime.handle().clone())), Log::new());
        let back = send_from_tasks(&runtime, &bus, &seen, 2);
        let report = bus.shutdown(LONG);
        assert!(report.is_clean(), "{report}");
        assert_eq!((seen.len(), report.account.rejected as usize), (12 - back, back));
    });
}

#[test]
fn a_task_of_a_local_set_waits_for_room() {
    alone(|| {
        let (runtime, seen) = (runtime(2), Log::new());
        let bus = bus(lane().capacity(1).tokio(runtime.handle().clone()));
        let local = tokio::task::LocalSet::new();
        let sender = local.spawn_local({
            let (bus, seen) = (bus.clone(), seen.clone());
            async move { (0..10).for_each(|number| bus.send(Noted(number, seen.clone())).unwrap()) }
        });
        runtime.block_on(local.run_until(sender)).unwrap();
        assert!(bus.shutdown(LONG).is_clean());
        assert_eq!(seen.len(), 10);
    });
}

#[test]
fn a_send_from_another_thread_waits_for_room() {
    alone(|| {
        let runtime = runtime_of_one_thread();
        let (bus, seen) = (bus(lane().capacity(1).tokio(runtime.handle().clone())), Log::new());
        thread::scope(|scope| {
            let sender = scope.spawn(|| {
                for number in 0..100 {
                    bus.send(Noted(number, seen.clone())).unwrap();
                }
            });
            runtime.block_on(async {
                while seen.len() < 100 {
                    tokio::task::yield_now().await;
                }
            });
            sender.join().unwrap();
        });
        assert!(seen.get().into_iter().eq(0..100));
    });
}

/// A lane for four events whose runtime is gone; one event was handled before.
fn gone() -> Bus {
    let (runtime, seen) = (runtime(1), Log::new());
    let bus = bus(lane().capacity(4).tokio(runtime.handle().clone()));
    bus.send(Noted(0, seen.clone())).unwrap();
    assert!(bus.drain(LONG));
    drop(runtime);
    bus
}

#[test]
fn a_send_to_a_lane_whose_runtime_is_gone_is_an_error() {
    alone(|| {
        let bus = gone();
        let noted = || Noted(1, Log::new());
        let error = (0..5).find_map(|_| bus.send(noted()).err()).expect("the lane has room for four");
        assert!(matches!(error.kind, SendErrorKind::NoWorker(_)), "{error}");
        let error = at_once(|| bus.send_timeout(noted(), Duration::from_secs(3600)).unwrap_err());
        assert!(matches!(error.kind, SendErrorKind::NoWorker(_)), "{error}");
        let error = at_once(|| bus.send_batch([noted(), noted()]).unwrap_err());
        assert!(matches!(error.kind, SendErrorKind::NoWorker(_)), "{error}");
        let other = runtime_of_one_thread();
        let error = at_once(|| other.block_on(bus.send_async(noted())).unwrap_err());
        assert!(matches!(error.kind, SendErrorKind::NoWorker(_)), "{error}");

        let report = bus.shutdown(LONG);
        assert!(report.took < LONG / 2, "nobody is there to wait for: {report}");
        let (sent, handled, dead, rejected, left) = figures(report.account);
        assert_eq!((handled, dead, sent), (1, 0, 1 + rejected + left));
        assert!(rejected >= 5, "{report}");
    });
}

#[test]
fn a_sender_that_waits_when_the_runtime_goes_is_told() {
    alone(|| {
        let (runtime, gate) = (runtime(1), Gate::new());
        let bus = bus(lane().capacity(1).tokio(runtime.handle().clone()));
        let begun = gate.clone();
        bus.send(AsyncJob::new(move |_| {
            begun.open();
            std::future::pending()
        }))
        .unwrap();
        gate.pass();
        bus.send(Noted(1, Log::new())).unwrap();
        thread::scope(|scope| {
            let senders: Vec<_> = (0..3).map(|_| scope.spawn(|| bus.send(Noted(2, Log::new())))).collect();
            runtime.shutdown_timeout(LONG);
            let mut kinds = senders.into_iter().map(|sender| at_once(|| sender.join().unwrap()));
            assert!(kinds.all(|sent| {
                matches!(sent.expect_err("there is no room").kind, SendErrorKind::NoWorker(_))
            }));
        });
        assert!(bus.account().balances(), "{}", bus.account());
    });
}

#[test]
fn a_lane_whose_runtime_is_gone_before_its_first_event_refuses_it() {
    alone(|| {
        let gone = runtime(1);
        let handle = gone.handle().clone();
        drop(gone);
        let bus = bus(lane().capacity(2).tokio(handle));
        let error = (0..3).find_map(|_| bus.send(Noted(1, Log::new())).err()).expect("room for two");
        assert!(matches!(error.kind, SendErrorKind::NoWorker(_)), "{error}");
        assert!(at_once(|| bus.shutdown(LONG)).account.balances());
    });
}

#[test]
fn a_bus_whose_runtime_is_gone_says_what_it_leaves() {
    let output = exit_of(|| {
        let (runtime, gate): (Runtime, _) = (runtime(1), Gate::new());
        let bus = patient_bus(lane().tokio(runtime.handle().clone()));
        pause(&bus);
        bus.send(Noted(1, Log::new())).unwrap();
        bus.send(Waits(gate)).unwrap();
        runtime.shutdown_timeout(LONG);
        at_once(|| drop(bus));
        println!(">dropped");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"]);
    output.assert_said_once("1 × ending::events::Noted");
    output.assert_said_once("1 × ending::events::Waits");
}

#[test]
fn a_worker_that_is_a_task_gets_an_event_for_its_own_full_lane_back() {
    alone(|| {
        for threads in [1, 2] {
            let (runtime, kinds) = (runtime(threads), Log::new());
            let bus = bus(lane().capacity(1).tokio(runtime.handle().clone()));
            let log = kinds.clone();
            pause(&bus);
            bus.send(Job::new(move |bus| {
                let noted = || Noted(1, Log::new());
                let error = (0..2).find_map(|_| bus.send(noted()).err()).expect("room for one");
                log.push(error.kind);
            }))
            .unwrap();
            resume(&bus);
            assert!(bus.drain(LONG));
            assert_eq!(kinds.get(), [SendErrorKind::OwnLane], "{threads} threads");
        }
    });
}

/// An event that holds a bus, which goes with it.
#[event]
#[allow(dead_code, reason = "its drop is what matters")]
struct Holds(Option<Bus>);

#[handler]
fn hold(_: &Holds) {}

#[test]
fn a_worker_that_drops_the_last_handle_does_not_block_its_runtime() {
    alone(|| {
        let (runtime, handled) = (runtime(1), Arc::new(AtomicU64::new(0)));
        let bus = patient_bus(lane().tokio(runtime.handle().clone()));
        pause(&bus);
        bus.send(Holds(Some(bus.clone()))).unwrap();
        for _ in 0..9 {
            let handled = handled.clone();
            bus.send(Job::new(move |_| _ = handled.fetch_add(1, Ordering::SeqCst))).unwrap();
        }
        resume(&bus);
        drop(bus);
        until("all are handled", || handled.load(Ordering::SeqCst) == 9);
        at_once(|| runtime.block_on(async { tokio::spawn(async {}).await.unwrap() }));
    });
}
