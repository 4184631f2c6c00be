//! Handlers of all events, linked and subscribed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::lane::{DeadLetter, Reason};
use events::outcome::Stop;
use events::prelude::*;
use events::{AnyEvent, LaneConfig};
use events_tests::now;

#[event(name = "paid", version = 2)]
struct Paid {
    cents: u64,
}

#[event(unhandled = "allow")]
struct Nobody;

#[event]
struct Unseen;

#[event(async)]
struct Slow;

#[handler]
fn charge(paid: &Paid) -> std::ops::ControlFlow<()> {
    if paid.cents == 0 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
}

#[handler]
async fn wait(_: &Slow) {}

/// What handlers of all events saw.
#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl Seen {
    fn push(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[handler(all)]
fn audit(event: &AnyEvent<'_>, seen: State<Seen>, cx: &Context) {
    assert_eq!(cx.attempt(), event.context().attempt());
    let cents = event.downcast_ref::<Paid>().map_or(0, |paid| paid.cents);
    seen.push(format!("{} {cents}", event.meta().name.rsplit("::").next().unwrap()));
}

#[handler(all, priority = 10, when = |event| event.downcast_ref::<Paid>().is_some_and(|paid| paid.cents == 13))]
fn superstitious(event: &AnyEvent<'_>, seen: State<Seen>) -> Result<(), String> {
    seen.push("first");
    Err(format!("{:?}", event.as_any().downcast_ref::<Paid>().unwrap().cents))
}

struct Panics;

#[handlers]
impl Panics {
    #[handler(all)]
    fn look(&self, event: &AnyEvent<'_>) {
        assert!(event.downcast_ref::<Paid>().is_none_or(|paid| paid.cents != 666), "a bad number");
    }

    #[handler(all, when = grouped)]
    fn never(&self, _: &AnyEvent<'_>) {
        unreachable!()
    }
}

fn grouped(_: &AnyEvent<'_>) -> bool {
    false
}

fn bus() -> Bus {
    let runtime = tokio::runtime::Handle::try_current().ok();
    let lane = LaneConfig::new(LaneConfig::DEFAULT);
    let lane = match runtime {
        Some(handle) => lane.tokio(handle),
        None => lane,
    };
    let builder = Bus::builder().state(events_tests::shop::Revenue::default()).lane(lane);
    builder.state(Seen::default()).state(Panics).build().unwrap()
}

fn seen(bus: &Bus) -> Vec<String> {
    bus.state::<Seen>().unwrap().take()
}

#[test]
fn it_sees_each_emit_and_handles_none() {
    let bus = bus();
    assert_eq!(bus.emit(&Paid { cents: 5 }).ran(), 1);
    assert_eq!(bus.emit(&Nobody).ran(), 0);
    assert_eq!(now(bus.emit_async(&Slow)).ran(), 1);
    assert_eq!(seen(&bus), ["paid 5", "Nobody 0", "Slow 0"]);
}

#[test]
fn it_sees_what_was_stopped() {
    let bus = bus();
    let _closure = bus.subscribe(|_: &Paid| panic!("not reached"));
    let outcome = bus.emit(&Paid { cents: 0 });
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (1, Some(Stop::Break), 1));
    assert!(outcome.is_ok());
    let late = Context::new().with_timeout(Duration::ZERO);
    let outcome = bus.emit_with(&Paid { cents: 1 }, &late);
    assert_eq!((outcome.ran(), outcome.stopped()), (0, Some(Stop::Deadline)));
    assert_eq!(now(bus.emit_async_with(&Slow, &late)).ran(), 0);
    assert_eq!(seen(&bus), ["paid 0", "paid 1", "Slow 0"]);
}

#[test]
fn its_failures_and_panics_are_in_the_outcome_by_name() {
    let bus = bus();
    let outcome = bus.emit(&Paid { cents: 13 });
    let failure = &outcome.failures()[0];
    assert_eq!((failure.name(), failure.to_string()), ("observers::superstitious", "13".to_owned()));
    assert!(failure.handler().unwrap().is_for_all());
    assert_eq!((outcome.ran(), outcome.stopped()), (1, None));
    assert_eq!(seen(&bus), ["first", "paid 13"], "by priority, and one that fails keeps none from running");

    let outcome = bus.emit(&Paid { cents: 666 });
    let failure = &outcome.failures()[0];
    assert_eq!(failure.name(), "observers::Panics::look");
    assert_eq!(failure.to_string(), "panicked: a bad number");
    assert_eq!(seen(&bus), ["paid 666"]);
}

#[test]
fn a_closure_sees_all_events_until_its_guard_is_dropped() {
    let bus = bus();
    let other = Arc::new(Seen::default());
    let log = other.clone();
    let last = bus.subscription_all().name("last").priority(-1).subscribe({
        let log = other.clone();
        move |_| log.push("last")
    });
    let guard = bus.subscribe_all(move |event: &AnyEvent<'_>| log.push(event.meta().path));
    let only = bus
        .subscription_all()
        .name("only")
        .priority(5)
        .when(|event| event.is::<Nobody>())
        .subscribe(|_| Err::<(), _>("no"));
    let names: Vec<_> = bus.subscriptions_all().iter().map(|closure| closure.label()).collect();
    assert_eq!(names, ["only", "subscription", "last"]);
    assert!(bus.subscriptions::<Paid>().is_empty());
    assert_eq!(bus.emit(&Paid { cents: 5 }).ran(), 1);
    assert_eq!(other.take(), ["observers::Paid", "last"]);
    let outcome = bus.emit(&Nobody);
    assert_eq!((outcome.ran(), outcome.failures()[0].name()), (0, "only"));
    assert_eq!(other.take(), ["observers::Nobody", "last"]);
    drop((guard, only));
    assert!(bus.emit(&Nobody).is_ok());
    assert_eq!(other.take(), ["last"]);
    last.detach();
    assert!(bus.emit(&Nobody).is_ok());
    assert_eq!(other.take(), ["last"], "it stays");
    assert_eq!(Arc::strong_count(&other), 2);
    drop(bus);
    assert_eq!(Arc::strong_count(&other), 1, "and goes with the bus");
}

#[test]
fn a_lane_shows_an_event_at_its_first_run_alone() {
    let bus = bus();
    let tries = Arc::new(Mutex::new(0));
    let retried = tries.clone();
    let _retried = bus
        .subscription::<Paid>()
        .retry(events::handler::Retry::new(3).backoff(Duration::from_millis(1), Duration::from_millis(1)))
        .subscribe(move |_, cx| {
            *retried.lock().unwrap() += 1;
            if cx.attempt() < 3 { Err("not yet") } else { Ok(()) }
        });
    bus.send(Paid { cents: 7 }).unwrap();
    assert!(bus.drain(Duration::from_secs(20)));
    assert_eq!(*tries.lock().unwrap(), 3);
    assert_eq!(seen(&bus), ["paid 7"]);
    assert!(bus.dead_letters().is_empty());
}

#[test]
fn an_event_that_only_they_see_is_unhandled_and_so_is_its_dead_letter_seen() {
    let bus = bus();
    bus.send(Unseen).unwrap();
    assert!(bus.drain(Duration::from_secs(20)));
    assert_eq!(seen(&bus), ["Unseen 0", "events.dead_letter 0"]);
    let letters = bus.dead_letters().list();
    assert_eq!((letters.len(), letters[0].reason), (1, Reason::Unhandled));
    assert_eq!(DeadLetter::META.name, "events.dead_letter");
}

#[test]
fn one_that_fails_on_a_lane_is_a_dead_letter_and_runs_again_alone() {
    let bus = bus();
    bus.send(Paid { cents: 13 }).unwrap();
    assert!(bus.drain(Duration::from_secs(20)));
    let letters = bus.dead_letters();
    let letter = &letters.list()[0];
    assert_eq!(letter.handler.unwrap().path, "observers::superstitious");
    assert_eq!(seen(&bus), ["first", "paid 13", "events.dead_letter 0"]);
    letters.resend(letter.id).unwrap();
    assert!(bus.drain(Duration::from_secs(20)));
    assert_eq!(seen(&bus), ["first", "events.dead_letter 0"]);
    assert_eq!(letters.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn they_see_what_a_lane_awaits() {
    let bus = bus();
    bus.send(Slow).unwrap();
    assert!(bus.drain_async(Duration::from_secs(20)).await);
    assert_eq!(seen(&bus), ["Slow 0"]);
}

#[test]
fn the_registry_and_the_builder_know_them() {
    let paths: Vec<_> = events::registry().observers().map(|handler| handler.path).collect();
    let expected = [
        "observers::superstitious",
        "observers::Panics::look",
        "observers::Panics::never",
        "observers::audit",
    ];
    assert_eq!(paths, expected);
    assert!(events::registry().handlers().filter(|handler| handler.is_for_all()).count() == 4);
    let error = Bus::builder().state(Seen::default()).build().unwrap_err().to_string();
    assert!(error.contains("no state of type `observers::Panics`"), "{error}");
    assert!(error.contains("observers::Panics::look (tests/tests/observers.rs:"), "{error}");
}

#[test]
fn a_test_bus_leaves_them_out_or_keeps_them() {
    let bus = events::testing::builder().only(["charge"]).build().unwrap();
    assert!(bus.emit(&Paid { cents: 13 }).is_ok());
    let bus = events::testing::builder().only(["audit"]).state(Seen::default()).build().unwrap();
    assert_eq!(bus.emit(&Paid { cents: 13 }).ran(), 0);
    assert_eq!(seen(&bus), ["paid 13"]);
    let none = events::testing::builder().replace("audit", |_: &Paid| ()).build();
    assert!(none.unwrap_err().to_string().contains("`audit`"), "it handles no single event");
}

#[test]
fn without_a_bus_there_are_none() {
    assert!(events::dispatch(&Paid { cents: 13 }).is_ok());
}
