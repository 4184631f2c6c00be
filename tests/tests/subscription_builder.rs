//! Closures with a name, a priority, a condition, retries; asynchronous ones; those that stay.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Polling, Poll, Waker};
use std::thread;
use std::time::Duration;

use events::LaneConfig;
use events::handler::Retry;
use events::lane::Reason;
use events::outcome::{FailureKind, Stop};
use events::prelude::*;

#[event]
struct Tick(u32);

#[handler(priority = -100)]
fn linked(_: &Tick) {}

#[event(async)]
struct Slow(&'static str);

#[handler]
fn plain(_: &Slow) {}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn push(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn bus() -> Bus {
    Bus::builder().state(events_tests::shop::Revenue::default()).build().unwrap()
}

fn logs(bus: &Bus, log: &Log, name: &'static str, priority: i32) -> Subscription {
    let log = log.clone();
    bus.subscription::<Tick>().name(name).priority(priority).subscribe(move |_, _| log.push(name))
}

fn names(bus: &Bus) -> Vec<&'static str> {
    bus.subscriptions::<Tick>().iter().map(|closure| closure.label()).collect()
}

#[test]
fn closures_run_by_priority_then_in_the_order_in_which_they_came() {
    let (bus, log) = (bus(), Log::default());
    let _guards =
        [("c", 0), ("a", 5), ("e", -7), ("d", 0), ("b", 5)].map(|(name, at)| logs(&bus, &log, name, at));
    assert_eq!(bus.emit(&Tick(0)).ran(), 6);
    assert_eq!(log.take(), ["a", "b", "c", "d", "e"]);
    assert_eq!(names(&bus), ["a", "b", "c", "d", "e"]);
    // Enough that come and go to make the list anew, several times.
    let others: Vec<_> = (0..300).map(|at| logs(&bus, &log, "x", at % 3)).collect();
    assert_eq!(bus.subscriptions::<Tick>().len(), 305);
    drop(others);
    assert_eq!(bus.emit(&Tick(0)).ran(), 6);
    assert_eq!(log.take(), ["a", "b", "c", "d", "e"]);
    assert_eq!(names(&bus), ["a", "b", "c", "d", "e"]);
}

#[test]
fn a_failure_names_the_closure_and_where_it_was_subscribed() {
    let bus = bus();
    let (guard, line) = (bus.subscription::<Tick>().name("audit").subscribe(|_, _| Err("no")), line!());
    let outcome = bus.emit(&Tick(0));
    let failure = &outcome.failures()[0];
    assert_eq!((failure.name(), failure.line()), ("audit", line));
    assert!(failure.file().ends_with("subscription_builder.rs"));
    let closure = failure.closure().unwrap();
    assert_eq!((closure.id, closure.name), (guard.id(), Some("audit")));
    assert!(failure.handler().is_none());
    let error = outcome.into_result().unwrap_err().to_string();
    assert!(error.starts_with("audit (") && error.ends_with(": no"), "{error}");
}

#[test]
fn conditions_are_asked_first_and_isolated() {
    let bus = bus();
    let guard = bus.subscription::<Tick>().when(|tick| tick.0 > 1).when(|tick| tick.0 < 5);
    let _guard = guard.subscribe(|_, _| ());
    assert_eq!([0, 2, 4, 6].map(|number| bus.emit(&Tick(number)).ran()), [1, 2, 2, 1]);
    let _panics = bus.subscription::<Tick>().name("asks").when(|_| panic!("asked")).subscribe(|_, _| ());
    let outcome = bus.emit(&Tick(0));
    assert_eq!((outcome.failures()[0].name(), outcome.failures().len()), ("asks", 1));
}

#[test]
fn a_break_and_a_deadline_keep_closures_from_running() {
    let bus = bus();
    let stops = bus.subscription::<Tick>().priority(1).subscribe(|_, _| std::ops::ControlFlow::Break(()));
    let _other = bus.subscribe(|_: &Tick| panic!("reached"));
    let outcome = bus.emit(&Tick(0));
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Break), 1));
    drop(stops);
    let late = Context::new().with_timeout(Duration::ZERO);
    let outcome = bus.emit_with(&Tick(0), &late);
    assert_eq!((outcome.ran(), outcome.unreached()), (0, 2));
}

#[test]
fn what_is_detached_stays_as_long_as_the_bus() {
    let (bus, captured) = (bus(), Arc::new(()));
    let held = captured.clone();
    bus.subscription::<Tick>().name("stays").subscribe(move |_, _| drop(held.clone())).detach();
    let guard = logs(&bus, &Log::default(), "goes", 0);
    assert_eq!(names(&bus), ["stays", "goes"]);
    assert_eq!(bus.emit(&Tick(0)).ran(), 3);
    drop(bus);
    assert_eq!(Arc::strong_count(&captured), 1, "though a guard of another outlives the bus");
    drop(guard);
}

#[test]
fn a_closure_that_unsubscribes_itself_releases_what_it_captured() {
    let bus = bus();
    let (captured, own) = (Arc::new(()), Arc::new(Mutex::new(None::<Subscription>)));
    let guard = bus.subscribe({
        let (captured, own) = (captured.clone(), own.clone());
        move |_: &Tick| {
            drop(own.lock().unwrap().take());
            assert!(Arc::strong_count(&captured) > 1, "it is still there");
        }
    });
    *own.lock().unwrap() = Some(guard);
    assert_eq!(bus.emit(&Tick(0)).ran(), 2);
    assert_eq!(Arc::strong_count(&captured), 1);
    assert_eq!(bus.emit(&Tick(0)).ran(), 1);
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic!("dropped");
        }
    }
}

#[test]
fn a_closure_whose_captures_panic_when_they_are_dropped_does_no_harm() {
    let bus = bus();
    let own = Arc::new(Mutex::new(None::<Subscription>));
    let (bomb, slot) = (Bomb, own.clone());
    *own.lock().unwrap() = Some(bus.subscribe(move |_: &Tick| {
        let _ = &bomb;
        drop(slot.lock().unwrap().take());
    }));
    assert_eq!(bus.emit(&Tick(0)).ran(), 2, "it is dropped in the emit");
    let bomb = Bomb;
    drop(bus.subscribe(move |_: &Tick| {
        let _ = &bomb;
    }));
    assert_eq!(bus.emit(&Tick(0)).ran(), 1);
}

/// A drop that waits for a run on another thread.
#[test]
fn the_drop_of_a_guard_waits_for_a_run_under_way() {
    let bus = bus();
    let (began, goes_on) = (std::sync::mpsc::channel(), std::sync::mpsc::channel::<()>());
    let (ended, wait) = (Arc::new(AtomicU32::new(0)), Mutex::new(goes_on.1));
    let guard = bus.subscribe({
        let ended = ended.clone();
        move |_: &Tick| {
            began.0.send(()).unwrap();
            wait.lock().unwrap().recv().unwrap();
            ended.store(1, Ordering::SeqCst);
        }
    });
    thread::scope(|scope| {
        let emit = scope.spawn(|| bus.emit(&Tick(0)).ran());
        began.1.recv().unwrap();
        let dropped = scope.spawn(move || drop(guard));
        // The drop is on its way, or will find that nobody runs it.
        goes_on.0.send(()).unwrap();
        dropped.join().unwrap();
        assert_eq!(ended.load(Ordering::SeqCst), 1);
        assert_eq!(emit.join().unwrap(), 2);
    });
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Polling::from_waker(Waker::noop()))
}

fn to_the_end<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = poll(future.as_mut()) {
            return value;
        }
    }
}

/// Ready at the second poll.
async fn later() {
    let mut polled = false;
    std::future::poll_fn(
        move |_| {
            if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
        },
    )
    .await;
}

fn awaits(bus: &Bus, log: &Log, name: &'static str, priority: i32) -> Subscription {
    let log = log.clone();
    bus.subscription::<Slow>().name(name).priority(priority).subscribe_async(move |event, cx| {
        let log = log.clone();
        Box::pin(async move {
            log.push(format!("{name} {}", event.0));
            later().await;
            log.push(format!("{name} done, attempt {}", cx.attempt()));
            if event.0 == "fails" { Err(name) } else { Ok(()) }
        })
    })
}

#[test]
fn asynchronous_closures_are_awaited_in_their_order() {
    let (bus, log) = (bus(), Log::default());
    let _second = awaits(&bus, &log, "second", 0);
    let sync = log.clone();
    let _third = bus.subscribe(move |_: &Slow| sync.push("third"));
    let _first = awaits(&bus, &log, "first", 1);
    let _never =
        bus.subscription::<Slow>().when(|_| false).subscribe_async(|_, _| -> BoxUnit<'_> { unreachable!() });
    let outcome = to_the_end(bus.emit_async(&Slow("fails")));
    assert_eq!(outcome.ran(), 4);
    let failed: Vec<_> = outcome.failures().iter().map(|failure| failure.name()).collect();
    assert_eq!(failed, ["first", "second"]);
    let expected =
        ["first fails", "first done, attempt 1", "second fails", "second done, attempt 1", "third"];
    assert_eq!(log.take(), expected);
}

type BoxUnit<'a> = events::subscription::BoxFuture<'a, ()>;

#[test]
fn an_asynchronous_closure_is_isolated_in_each_poll() {
    let bus = bus();
    let _begins = bus
        .subscription::<Slow>()
        .name("begins")
        .subscribe_async(|_, _| -> BoxUnit<'_> { panic!("at once") });
    let _later = bus.subscription::<Slow>().name("later").subscribe_async(|_, _| -> BoxUnit<'_> {
        Box::pin(async {
            later().await;
            panic!("then")
        })
    });
    let outcome = to_the_end(bus.emit_async(&Slow("")));
    let texts: Vec<_> =
        outcome.failures().iter().map(|failure| format!("{}: {failure}", failure.name())).collect();
    assert_eq!(texts, ["begins: panicked: at once", "later: panicked: then"]);
    assert_eq!(outcome.ran(), 3);
}

#[test]
fn an_asynchronous_closure_is_not_polled_after_the_drop_of_its_guard() {
    let (bus, log) = (bus(), Log::default());
    let guard = awaits(&bus, &log, "cut", 0);
    let mut emit = pin!(bus.emit_async(&Slow("a")));
    assert!(poll(emit.as_mut()).is_pending());
    assert_eq!(log.take(), ["cut a"]);
    drop(guard);
    let Poll::Ready(outcome) = poll(emit.as_mut()) else { panic!("it waits for what is gone") };
    assert!(outcome.is_ok());
    assert!(log.take().is_empty());
}

fn retry(max: u32) -> Retry {
    Retry::new(max).backoff(Duration::from_millis(1), Duration::from_millis(1))
}

#[test]
fn on_a_lane_each_closure_is_retried_alone() {
    let bus = bus();
    let counts: Arc<[AtomicU32; 3]> = Arc::default();
    let fails_until = |at: usize, attempt: u32, name, retry: Option<Retry>| {
        let counts = counts.clone();
        let builder = bus.subscription::<Tick>().name(name);
        let builder = match retry {
            Some(retry) => builder.retry(retry),
            None => builder,
        };
        builder.subscribe(move |_, cx| {
            counts[at].fetch_add(1, Ordering::Relaxed);
            if cx.attempt() < attempt { Err(format!("{name} {}", cx.attempt())) } else { Ok(()) }
        })
    };
    let _fine = fails_until(0, 1, "fine", None);
    let _recovers = fails_until(1, 3, "recovers", Some(retry(5)));
    let gives_up = fails_until(2, 9, "gives up", Some(retry(1)));
    bus.send(Tick(1)).unwrap();
    assert!(bus.drain(Duration::from_secs(20)));
    assert_eq!([0, 1, 2].map(|at| counts[at].load(Ordering::Relaxed)), [1, 3, 2]);
    let letters = bus.dead_letters();
    let letter = &letters.list()[0];
    assert_eq!((letters.len(), letter.reason, letter.handler.is_none()), (1, Reason::Failed, true));
    assert_eq!(letter.closure.unwrap().name, Some("gives up"));
    assert_eq!(
        letter.attempts.iter().map(|attempt| attempt.error.as_str()).collect::<Vec<_>>(),
        ["gives up 1", "gives up 2"]
    );
    let text = letter.to_string();
    assert!(text.contains(": gives up (tests/tests/subscription_builder.rs:"), "{text}");
    assert!(letters.resend(letter.id).is_ok());
    assert!(bus.drain(Duration::from_secs(20)));
    assert_eq!([0, 1, 2].map(|at| counts[at].load(Ordering::Relaxed)), [1, 3, 4], "that one alone");
    drop(gives_up);
    let id = letters.list()[0].id;
    assert!(letters.resend(id).is_ok());
    assert!(bus.drain(Duration::from_secs(20)));
    assert_eq!(letters.list()[0].reason, Reason::Unhandled, "whom it was for is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_with_a_runtime_awaits_and_retries_them() {
    let lane = LaneConfig::new(LaneConfig::DEFAULT).tokio(tokio::runtime::Handle::current());
    let builder = Bus::builder().state(events_tests::shop::Revenue::default());
    let bus = builder.lane(lane).build().unwrap();
    let attempts = Arc::new(AtomicU32::new(0));
    let seen = attempts.clone();
    let _guard = bus.subscription::<Slow>().name("sleeps").retry(retry(5)).subscribe_async(move |_, cx| {
        let seen = seen.clone();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            seen.fetch_max(cx.attempt(), Ordering::Relaxed);
            if cx.attempt() < 3 { Err("not yet") } else { Ok(()) }
        })
    });
    bus.send(Slow("")).unwrap();
    assert!(bus.drain_async(Duration::from_secs(20)).await);
    assert_eq!(attempts.load(Ordering::Relaxed), 3);
    assert_eq!((bus.account().handled, bus.dead_letters().len()), (1, 0));
}

#[test]
fn failures_tell_a_panic_from_an_error() {
    let bus = bus();
    let _guard = bus.subscription::<Tick>().name("panics").subscribe(|_, _| -> () { panic!("at once") });
    let outcome = bus.emit(&Tick(0));
    assert!(matches!(outcome.failures()[0].kind(), FailureKind::Panic(message) if message == "at once"));
}
