//! Concurrent handlers on lanes: side by side on a runtime and on idle threads, each with its own retries and letters.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use events::lane::{LaneConfig, Reason};
use events::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use crate::support::{Gate, LONG, Log, account, bus, drain, lane};

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
}

/// On a runtime: `slow` waits until `fast` has run, which comes after it in the order.
#[event(async)]
struct Shipped {
    seen: Arc<Log<String>>,
    permits: Arc<Semaphore>,
}

impl Shipped {
    fn new(seen: &Arc<Log<String>>) -> Self {
        Self { seen: seen.clone(), permits: Arc::new(Semaphore::new(0)) }
    }
}

#[handler(concurrent, timeout = "60s")]
async fn a_slow(event: &Shipped, cx: &Context) {
    event.permits.acquire().await.unwrap().forget();
    event.seen.push(format!("slow {}", cx.attempt()));
}

#[handler(concurrent, retry(max = 2, backoff = "1ms..1ms"))]
async fn b_fast(event: &Shipped, cx: &Context) -> Result<(), String> {
    event.seen.push(format!("fast {}", cx.attempt()));
    event.permits.add_permits(1);
    if cx.attempt() == 1 { Err("not yet".to_owned()) } else { Ok(()) }
}

#[handler(concurrent, breaker(failures = 100))]
async fn c_fails(_: &Shipped) -> Result<(), String> {
    Err("never".to_owned())
}

#[handler(priority = -1)]
async fn d_later(event: &Shipped) {
    event.seen.push("later".to_owned());
}

#[test]
fn on_a_runtime_a_slow_handler_holds_up_no_other_and_each_has_its_own_retries_and_letter() {
    let (runtime, seen) = (runtime(), Log::new());
    let bus = bus(lane().tokio(runtime.handle().clone()));
    bus.send(Shipped::new(&seen)).unwrap();
    drain(&bus);
    assert_eq!(
        seen.get(),
        ["fast 1", "slow 1", "later", "fast 2"],
        "later priorities wait for the whole group"
    );
    let letters = bus.dead_letters().list();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].reason, letters[0].attempts.len()), (Reason::Failed, 1));
    assert!(letters[0].handler.unwrap().path.ends_with("::c_fails"));
    assert_eq!(account(&bus), (0, 1, 0, 0));
}

type Step = Arc<dyn Fn(&Context) -> Result<(), String> + Send + Sync>;

/// On threads: each handler does what a test gives it.
#[event(key = key)]
struct Packed {
    key: u64,
    steps: [Step; 4],
}

#[handler(concurrent)]
fn a_step(event: &Packed, cx: &Context) -> Result<(), String> {
    (event.steps[0])(cx)
}

#[handler(concurrent, retry(max = 1, backoff = "1ms..1ms"))]
fn b_step(event: &Packed, cx: &Context) -> Result<(), String> {
    (event.steps[1])(cx)
}

#[handler(concurrent)]
fn c_step(event: &Packed, cx: &Context) -> Result<(), String> {
    (event.steps[2])(cx)
}

#[handler(priority = -1)]
fn d_step(event: &Packed, cx: &Context) -> Result<(), String> {
    (event.steps[3])(cx)
}

fn step(run: impl Fn(&Context) -> Result<(), String> + Send + Sync + 'static) -> Step {
    Arc::new(run)
}

fn nothing() -> Step {
    step(|_| Ok(()))
}

fn threads(workers: usize) -> LaneConfig {
    lane().workers(workers)
}

#[test]
fn on_idle_threads_a_slow_handler_holds_up_no_other() {
    let (bus, gate, seen) = (bus(threads(3)), Gate::new(), Log::new());
    let wait = |name: &'static str, gate: &Arc<Gate>, seen: &Arc<Log<&'static str>>| {
        let (gate, seen) = (gate.clone(), seen.clone());
        step(move |_| {
            gate.pass();
            seen.push(name);
            Ok(())
        })
    };
    // The first two wait until the third has run: one after the other they would wait for ever.
    let (opens, log) = (gate.clone(), seen.clone());
    let opener = step(move |_| {
        opens.wait_for(2);
        log.push("opens");
        opens.open();
        Ok(())
    });
    let log = seen.clone();
    let last = step(move |_| {
        log.push("last");
        Ok(())
    });
    let steps = [wait("waits", &gate, &seen), wait("waits", &gate, &seen), opener, last];
    bus.send(Packed { key: 1, steps }).unwrap();
    drain(&bus);
    assert_eq!(seen.get(), ["opens", "waits", "waits", "last"], "later priorities wait for the whole group");
    assert_eq!(account(&bus), (1, 0, 0, 0));
}

#[test]
fn without_an_idle_thread_they_run_one_after_the_other() {
    let (bus, seen) = (bus(threads(1)), Log::new());
    let note = |name: &'static str| {
        let seen = seen.clone();
        step(move |_| {
            seen.push(name);
            Ok(())
        })
    };
    for _ in 0..2 {
        bus.send(Packed { key: 1, steps: ["a", "b", "c", "d"].map(note) }).unwrap();
    }
    drain(&bus);
    assert_eq!(seen.get(), ["a", "b", "c", "d", "a", "b", "c", "d"]);
    assert_eq!(account(&bus), (2, 0, 0, 0));
}

#[test]
fn each_has_its_own_retries_and_its_own_letter() {
    for workers in [1, 2, 4] {
        let (bus, seen) = (bus(threads(workers)), Log::new());
        let log = seen.clone();
        let retried = step(move |cx| {
            log.push(cx.attempt());
            if cx.attempt() == 1 { Err("not yet".to_owned()) } else { Ok(()) }
        });
        let steps = [step(|_| Err("first".to_owned())), retried, step(|_| panic!("third")), nothing()];
        bus.send(Packed { key: 1, steps }).unwrap();
        drain(&bus);
        assert_eq!(seen.get(), [1, 2]);
        let letters = bus.dead_letters().list();
        let told: Vec<_> = letters
            .iter()
            .map(|letter| (letter.handler.unwrap().path.rsplit("::").next().unwrap(), letter.reason))
            .collect();
        assert_eq!(told, [("a_step", Reason::Failed), ("c_step", Reason::Panicked)], "{workers} workers");
        assert_eq!(account(&bus), (0, 1, 0, 0));
        assert_eq!(bus.dead_letters().resend_all(), 2);
        drain(&bus);
        assert_eq!(account(&bus), (0, 3, 0, 0));
    }
}

#[test]
fn events_of_one_key_keep_their_order_and_complete_once() {
    const EVENTS: u32 = 300;
    for workers in [1, 2, 4] {
        let (bus, seen) = (bus(threads(workers)), Log::new());
        let runs = Arc::new(AtomicU32::new(0));
        for number in 0..EVENTS {
            let count = |fails: bool| {
                let runs = runs.clone();
                step(move |_| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    if fails { Err("no".to_owned()) } else { Ok(()) }
                })
            };
            let log = seen.clone();
            let last = step(move |_| {
                log.push(number);
                Ok(())
            });
            let steps = [count(number % 10 == 0), count(false), count(false), last];
            bus.send(Packed { key: 7, steps }).unwrap();
        }
        drain(&bus);
        assert!(seen.get().into_iter().eq(0..EVENTS), "{workers} workers");
        assert_eq!(runs.load(Ordering::Relaxed), EVENTS * 3);
        let dead = u64::from(EVENTS / 10);
        assert_eq!(account(&bus), (u64::from(EVENTS) - dead, dead, 0, 0));
    }
}

#[test]
fn a_shutdown_waits_for_what_other_threads_have_of_an_event() {
    let (bus, gate) = (bus(threads(2)), Gate::new());
    let waits = || {
        let gate = gate.clone();
        step(move |_| {
            gate.pass();
            Ok(())
        })
    };
    bus.send(Packed { key: 1, steps: [waits(), waits(), nothing(), nothing()] }).unwrap();
    gate.wait_for(2);
    std::thread::scope(|scope| {
        let ending = scope.spawn(|| bus.shutdown(LONG));
        gate.open();
        let report = ending.join().unwrap();
        assert!(report.is_clean(), "{report}");
    });
    assert_eq!(account(&bus), (1, 0, 0, 0));
}

#[test]
fn a_rate_limit_counts_events_and_not_the_workers_that_help_with_them() {
    // One more every second: were helpers counted, this would take a minute.
    let (bus, events, limit) =
        (bus(threads(3).rate_limit(1, 60)), 60, Instant::now() + Duration::from_secs(40));
    for key in 0..events {
        let both = Arc::new(Barrier::new(2));
        let meets = |both: &Arc<Barrier>| {
            let both = both.clone();
            step(move |_| {
                both.wait();
                Ok(())
            })
        };
        bus.send(Packed { key, steps: [meets(&both), meets(&both), nothing(), nothing()] }).unwrap();
        // One after the other: if all workers were at events of their own, nobody would be left to help.
        assert!(bus.drain(limit.saturating_duration_since(Instant::now())), "{}", bus.account());
    }
    assert_eq!(account(&bus), (events, 0, 0, 0));
}
