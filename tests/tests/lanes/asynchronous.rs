//! Lanes on a tokio runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use events::lane::{ForeignCode, KeyOrder, Reason};
use events::prelude::*;
use events::testing::Clock;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, Semaphore};

use crate::support::{
    Job, Keyed, LONG, Log, ORDERS, account, bus, bus_with, default_lane, drain, drain_by, lane, panics_of,
    until,
};

fn runtime(threads: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(threads).enable_time().build().unwrap()
}

/// How many are inside at once, and how many were at most.
#[derive(Default)]
struct Inside {
    now: AtomicUsize,
    most: AtomicUsize,
}

#[event(async, key = key)]
struct Fetch {
    key: u64,
    number: u64,
    /// Without one it does not wait for a permit.
    permits: Option<Arc<Semaphore>>,
    inside: Arc<Inside>,
    seen: Arc<Log<(u64, u64, u32)>>,
    fails: u32,
}

#[handler(retry(max = 3, backoff = "1ms..2ms"))]
async fn fetch(event: &Fetch, cx: &Context) -> Result<(), String> {
    let now = event.inside.now.fetch_add(1, Ordering::SeqCst) + 1;
    event.inside.most.fetch_max(now, Ordering::SeqCst);
    match &event.permits {
        Some(permits) => permits.acquire().await.unwrap().forget(),
        None => tokio::task::yield_now().await,
    }
    event.inside.now.fetch_sub(1, Ordering::SeqCst);
    event.seen.push((event.key, event.number, cx.attempt()));
    if cx.attempt() <= event.fails { Err("again".to_owned()) } else { Ok(()) }
}

fn fetch_event(key: u64, number: u64, seen: &Arc<Log<(u64, u64, u32)>>) -> Fetch {
    Fetch { key, number, permits: None, inside: Arc::default(), seen: seen.clone(), fails: 0 }
}

#[test]
fn concurrency_is_limited() {
    let runtime = runtime(2);
    let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(3));
    let (permits, inside, seen) = (Arc::new(Semaphore::new(0)), Arc::<Inside>::default(), Log::new());
    for number in 0..20 {
        let (permits, inside) = (Some(permits.clone()), inside.clone());
        bus.send(Fetch { permits, inside, ..fetch_event(number, number, &seen) }).unwrap();
    }
    until("three are inside", || inside.now.load(Ordering::SeqCst) == 3);
    assert_eq!(seen.len(), 0);
    permits.add_permits(20);
    drain(&bus);
    assert_eq!((inside.most.load(Ordering::SeqCst), seen.len()), (3, 20));
    assert_eq!(account(&bus), (20, 0, 0, 0));
}

#[test]
fn order_by_key_is_kept_with_any_concurrency() {
    let runtime = runtime(2);
    for concurrency in [1, 2, 8] {
        let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(concurrency).capacity(16));
        let seen = Log::new();
        for number in 0..500 {
            for key in 0..4 {
                bus.send_timeout(fetch_event(key, number, &seen), LONG).unwrap();
            }
        }
        drain(&bus);
        for key in 0..4 {
            let of_key = seen.get().into_iter().filter(|seen| seen.0 == key).map(|seen| seen.1);
            assert!(of_key.eq(0..500), "key {key}, concurrency {concurrency}");
        }
    }
}

#[test]
fn retries_keep_the_order_of_keys_as_asked_for() {
    let runtime = runtime(2);
    for order in ORDERS {
        let clock = Clock::new();
        let bus = bus_with(&clock, lane().tokio(runtime.handle().clone()).concurrency(4).key_order(order));
        let (lane, seen) = (default_lane(&bus), Log::new());
        lane.pause();
        bus.send(Fetch { fails: 2, ..fetch_event(1, 0, &seen) }).unwrap();
        bus.send(fetch_event(1, 1, &seen)).unwrap();
        lane.resume();
        drain_by(&clock, &bus);
        let strict = [(1, 0, 1), (1, 0, 2), (1, 0, 3), (1, 1, 1)];
        let relaxed = [(1, 0, 1), (1, 1, 1), (1, 0, 2), (1, 0, 3)];
        assert_eq!(seen.get(), if order == KeyOrder::Strict { strict } else { relaxed });
        assert_eq!(account(&bus), (2, 0, 0, 0));
    }
}

#[test]
fn plain_handlers_run_there_too() {
    let runtime = runtime(1);
    let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
    for number in 0..1000 {
        let seen = seen.clone();
        bus.send(Keyed::new(1, move || seen.push(number))).unwrap();
    }
    drain(&bus);
    assert!(seen.get().into_iter().eq(0..1000));
    // Its own worker does not wait for its own lane there either.
    let report = bus.shutdown(LONG);
    assert!(report.is_clean(), "{report}");
}

#[test]
fn a_runtime_of_one_thread_sends_and_handles_in_turns() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let (bus, seen) = (bus(lane().capacity(2).tokio(runtime.handle().clone())), Log::new());
    runtime.block_on(async {
        for number in 0..100 {
            let seen = seen.clone();
            bus.send_async(Job::new(move || seen.push(number))).await.unwrap();
        }
        while seen.len() < 100 {
            tokio::task::yield_now().await;
        }
    });
    assert!(seen.get().into_iter().eq(0..100));
}

#[test]
fn a_runtime_that_ends_between_two_events_leaves_a_quiet_lane() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
    runtime.block_on(async {
        let log = seen.clone();
        bus.send(Job::new(move || log.push(0))).unwrap();
        while seen.len() == 0 {
            tokio::task::yield_now().await;
        }
    });
    drop(runtime);
    drain(&bus);
    assert_eq!(account(&bus), (1, 0, 0, 0));
}

#[test]
fn on_a_runtime_of_one_thread_nobody_waits_for_workers_that_have_nothing_to_do() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let lane = || lane().tokio(runtime.handle().clone()).concurrency(3);
    let second = crate::support::builder(lane()).drain_on_drop(LONG).build().unwrap();
    let (first, seen) = (bus(lane()), Log::new());
    runtime.block_on(async {
        for bus in [&first, &second] {
            let seen = seen.clone();
            bus.send(Job::new(move || seen.push(0))).unwrap();
            assert!(bus.drain_async(LONG).await);
        }
        // Neither lets the runtime's one thread go, so the workers cannot leave meanwhile.
        let report = first.shutdown(LONG);
        assert!(report.is_clean() && report.took < LONG / 2, "{report}");
        let start = Instant::now();
        drop(second);
        assert!(start.elapsed() < LONG / 2, "as long as a drop waits for what is left");
    });
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_shutdown_in_a_task_lets_the_workers_of_its_thread_end_what_was_sent() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let (bus, seen) = (bus(lane().tokio(runtime.handle().clone())), Log::new());
    let report = runtime.block_on(async {
        for number in 0..100 {
            let seen = seen.clone();
            bus.send(Job::new(move || seen.push(number))).unwrap();
        }
        bus.shutdown_async(LONG).await
    });
    assert!(seen.get().into_iter().eq(0..100));
    assert!(report.is_clean() && report.account.handled == 100, "{report}");
    assert!(report.took < LONG / 2, "{report}");
}

#[test]
fn in_a_task_too_nothing_is_waited_for_beyond_its_time() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let bus = bus(lane().tokio(runtime.handle().clone()));
    let (notify, begun) = (Arc::new(Notify::new()), Arc::<AtomicUsize>::default());
    for _ in 0..3 {
        bus.send(Hanging(notify.clone(), begun.clone(), Arc::default())).unwrap();
    }
    let report = runtime.block_on(async {
        assert!(!bus.drain_async(Duration::from_millis(1)).await);
        bus.shutdown_async(Duration::from_millis(1)).await
    });
    assert!(begun.load(Ordering::SeqCst) <= 1);
    assert_eq!((report.account.left, report.account.handled), (3, 0), "{report}");
    assert!(report.account.balances());
}

/// Tells when the future that holds it is dropped.
struct Tells(Arc<AtomicUsize>);

impl Drop for Tells {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[event(async)]
struct Hanging(Arc<Notify>, Arc<AtomicUsize>, Arc<AtomicUsize>);

#[handler]
async fn hang(event: &Hanging) {
    let _tells = Tells(event.2.clone());
    event.1.fetch_add(1, Ordering::SeqCst);
    event.0.notified().await;
}

#[test]
fn a_runtime_that_goes_away_leaves_an_account_that_balances() {
    let runtime = runtime(2);
    let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(2));
    let (notify, begun, dropped) = (Arc::new(Notify::new()), Arc::default(), Arc::default());
    for _ in 0..5 {
        bus.send(Hanging(notify.clone(), Arc::clone(&begun), Arc::clone(&dropped))).unwrap();
    }
    until("two are under way", || begun.load(Ordering::SeqCst) == 2);
    runtime.shutdown_timeout(LONG);
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
    let reasons: Vec<_> = bus.dead_letters().list().iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons, [Reason::WorkerDied; 2], "those whose workers died with them");
    let report = bus.shutdown(LONG);
    assert!(report.took < LONG / 2, "nobody is there to wait for");
    assert_eq!((report.account.dead_lettered, report.account.left), (2, 3), "{report}");
    assert!(report.account.balances());
}

#[event(async)]
struct HangingBatch(Arc<AtomicUsize>);

#[handler(batch(size = "2", linger = "1ms"))]
async fn hang_together(events: &[HangingBatch]) {
    events[0].0.fetch_add(1, Ordering::SeqCst);
    std::future::pending::<()>().await;
}

#[test]
fn a_runtime_that_goes_away_in_a_batch_leaves_an_account_that_balances() {
    let runtime = runtime(2);
    let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(2));
    let begun = Arc::new(AtomicUsize::new(0));
    for _ in 0..5 {
        bus.send(HangingBatch(begun.clone())).unwrap();
    }
    until("a batch is under way", || begun.load(Ordering::SeqCst) == 1);
    drop(runtime);
    let report = bus.shutdown(LONG);
    assert!(report.account.balances(), "{report}");
    assert_eq!(report.account.dead_lettered + report.account.left, 5, "{report}");
}

#[test]
fn async_batches_gather_and_retry() {
    #[event(async)]
    struct Row(u64, Arc<Log<Vec<u64>>>);
    #[handler(batch(size = "4", linger = "1h"), retry(max = 1, backoff = "1ms..1ms"))]
    async fn insert(events: &[Row], cx: &Context) -> Result<(), &'static str> {
        tokio::task::yield_now().await;
        events[0].1.push(events.iter().map(|event| event.0).collect());
        if cx.attempt() == 1 { Err("again") } else { Ok(()) }
    }
    let runtime = runtime(2);
    let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(1));
    let (lane, seen) = (default_lane(&bus), Log::new());
    lane.pause();
    bus.send_batch((0..8).map(|number| Row(number, seen.clone()))).unwrap();
    lane.resume();
    drain(&bus);
    // Whether the second batch or the retry of the first comes next is a matter of time.
    let mut seen = seen.get();
    seen.sort_unstable();
    assert_eq!(seen, [[0, 1, 2, 3], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5, 6, 7]]);
    assert_eq!(account(&bus), (8, 0, 0, 0));
}

/// Panics in its drop.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("in a drop");
        }
    }
}

#[event(async)]
struct Fatal(Bomb);

#[handler]
async fn on_fatal(event: &Fatal) {
    let _: &Bomb = &event.0;
}

#[test]
fn drops_that_panic_end_no_worker_here_either() {
    let runtime = runtime(1);
    let bus = bus(lane().tokio(runtime.handle().clone()));
    for _ in 0..3 {
        bus.send(Fatal(Bomb)).unwrap();
        bus.send(Job::new(|| ())).unwrap();
    }
    drain(&bus);
    assert_eq!(default_lane(&bus).worker_deaths(), 0);
    assert_eq!(panics_of(&bus, ForeignCode::EventDrop), 3);
    assert_eq!(account(&bus), (6, 0, 0, 0));
}

#[test]
fn a_blocked_async_handler_does_not_hold_up_a_shutdown() {
    let runtime = runtime(1);
    let bus = bus(lane().tokio(runtime.handle().clone()));
    let (notify, begun) = (Arc::new(Notify::new()), Arc::default());
    bus.send(Hanging(notify, Arc::clone(&begun), Arc::default())).unwrap();
    until("it is under way", || begun.load(Ordering::SeqCst) == 1);
    let report = bus.shutdown(Duration::from_millis(20));
    assert_eq!((report.running.len(), report.account.left), (1, 1), "{report}");
    assert_eq!(report.running[0].event.name, "lanes::asynchronous::Hanging");
    runtime.shutdown_background();
}
