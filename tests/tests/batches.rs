//! Batch handlers: run with one event by whatever emits one, with many by what keeps them.

use std::sync::Mutex;

use events::__private::plumbing::{BoundTable, Overrides, StateMap};
use events::bind::Binder;
use events::context::Canceller;
use events::outcome::{FailureKind, Stop};
use events::prelude::*;
use events::{BusBuilder, DynamicBus, EventBus, SnapshotBus, TopicBus};
use events_tests::now;

/// Who saw which events, in order.
#[derive(Default)]
struct Log(Mutex<Vec<(&'static str, Vec<u32>)>>);

impl Log {
    fn note(&self, who: &'static str, events: impl IntoIterator<Item = u32>) {
        self.0.lock().unwrap().push((who, events.into_iter().collect()));
    }

    fn take(&self) -> Vec<(&'static str, Vec<u32>)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[event]
struct Read(u32);

#[handler(priority = 2)]
fn first(event: &Read, log: State<'_, Log>) {
    log.note("first", [event.0]);
}

#[handler(batch, priority = 1)]
fn store(events: &[Read], log: State<'_, Log>, cx: &Context) -> Result<(), String> {
    log.note("store", events.iter().map(|event| event.0));
    assert_eq!(cx.attempt(), 1);
    match events.iter().find(|event| event.0 >= 100) {
        Some(event) if event.0 == 666 => panic!("panic at {}", event.0),
        Some(event) => Err(format!("{} is too large", event.0)),
        None => Ok(()),
    }
}

#[handler]
fn last(event: &Read, log: State<'_, Log>) {
    log.note("last", [event.0]);
}

#[event]
struct Plain(u32);

#[handler(batch)]
fn sum(events: &[Plain]) -> Result<(), String> {
    match events.iter().map(|event| event.0).sum::<u32>() {
        6 => Ok(()),
        other => Err(format!("{other} in {}", events.len())),
    }
}

#[event(async)]
struct Sent(u32);

#[handlers]
impl Log {
    #[handler(batch(size = "10"), retry(max = 3))]
    async fn b_deliver(&self, events: &[Sent], cx: &Context) -> Result<(), String> {
        std::future::ready(()).await;
        assert_eq!(cx.attempt(), 1);
        self.note("deliver", events.iter().map(|event| event.0));
        if events.iter().any(|event| event.0 == 666) { panic!("panic in a future") } else { Ok(()) }
    }

    #[handler]
    async fn a_note(&self, event: &Sent) {
        self.note("a", [event.0]);
    }

    #[handler(batch)]
    fn c_count(&self, events: &[Sent]) {
        self.note("count", events.iter().map(|event| event.0));
    }
}

#[handler]
fn see(event: &Sent, log: State<'_, Log>) {
    log.note("see", [event.0]);
}

/// The handlers of the library that is linked here have state of their own.
fn builder() -> BusBuilder {
    Bus::builder().state(Log::default()).state(events_tests::shop::Revenue::default())
}

fn bus() -> Bus {
    builder().build().unwrap()
}

fn log(bus: &Bus) -> Vec<(&'static str, Vec<u32>)> {
    bus.state::<Log>().unwrap().take()
}

/// A table of its own, and the log that its handlers write.
fn table<E: Event>() -> (BoundTable<E>, std::sync::Arc<Log>) {
    let (mut state, log) = (StateMap::new(), std::sync::Arc::new(Log::default()));
    state.insert(log.clone());
    (BoundTable::bind(&mut Binder::new(&state)), log)
}

fn row<E: Event>(table: &BoundTable<E>, end: &str) -> usize {
    (0..table.rows()).find(|&row| table.members(row)[0].path.ends_with(end)).unwrap()
}

#[test]
fn an_emit_hands_over_one_event_in_its_place_in_the_order() {
    let bus = bus();
    let outcome = bus.emit(&Read(7));
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 3);
    assert_eq!(log(&bus), [("first", vec![7]), ("store", vec![7]), ("last", vec![7])]);

    let outcome = bus.emit(&Read(666));
    assert_eq!(outcome.ran(), 3);
    assert_eq!(outcome.failures()[0].to_string(), "panicked: panic at 666");
    assert_eq!(outcome.failures()[0].name(), "batches::store");

    let limited = bus.emit_with(&Read(1), &Context::new().with_timeout(std::time::Duration::from_secs(60)));
    assert_eq!(limited.ran(), 3);
}

#[test]
fn a_dispatch_and_the_dynamic_buses_hand_over_one_event_too() {
    assert!(events::dispatch(&Plain(6)).is_ok());
    assert_eq!(events::dispatch(&Plain(7)).failures()[0].to_string(), "7 in 1");
    let needs_bus = events::dispatch(&Read(7));
    assert!(needs_bus.into_failures().iter().all(|failure| matches!(failure.kind(), FailureKind::NeedsBus)));

    fn on<B: EventBus>(bus: &B) {
        assert!(bus.emit(&Plain(6)).is_ok());
        assert_eq!(bus.emit(&Plain(5)).failures()[0].to_string(), "5 in 1");
        let outcome = bus.emit(&Read(700));
        assert_eq!((outcome.ran(), outcome.failures()[0].to_string().as_str()), (3, "700 is too large"));
    }
    on(&builder().build().unwrap());
    on(&builder().build_dynamic::<DynamicBus>().unwrap());
    on(&builder().build_dynamic::<SnapshotBus>().unwrap());
    on(&builder().build_dynamic::<TopicBus>().unwrap());
}

#[test]
fn a_dynamic_bus_takes_no_notice_of_a_limit_to_one_handler() {
    let bus: DynamicBus = builder().build_dynamic().unwrap();
    let store = events::registry().handlers().find(|handler| handler.path == "batches::store").unwrap();
    assert_eq!(bus.emit_with(&Read(7), &Context::new().with_only(store)).ran(), 3);
}

#[test]
fn an_asynchronous_batch_handler_is_awaited_in_its_place() {
    let bus = bus();
    let outcome = now(bus.emit_async(&Sent(7)));
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 4);
    let ran: Vec<_> = log(&bus).into_iter().map(|(who, _)| who).collect();
    assert_eq!(ran, ["a", "deliver", "count", "see"]);
    let outcome = now(bus.emit_async(&Sent(666)));
    assert_eq!((outcome.ran(), outcome.failures().len()), (4, 1), "{outcome:?}");
}

#[test]
fn a_batch_is_one_run_of_its_handler() {
    let (table, log) = table::<Read>();
    let store = row(&table, "::store");
    assert!(table.has_batches() && table.is_batch(store) && !table.is_batch(row(&table, "::first")));
    assert!(!table.has_policies(), "a batch alone is no reason to run rows by themselves");
    assert_eq!(table.policy(store).batch, Some(events::handler::Batch::new()));

    let cx = Context::new();
    let outcome = table.emit_batch(store, &[Read(1), Read(2), Read(3)], &cx);
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 1);
    assert_eq!(log.take(), [("store", vec![1, 2, 3])]);

    let outcome = table.emit_batch(store, &[Read(1), Read(200)], &cx);
    let failure = outcome.into_failures().pop().unwrap();
    assert!(std::ptr::eq(failure.handler().unwrap(), table.members(store)[0]));
    let FailureKind::Error(error) = failure.into_kind() else { panic!("it returned an error") };
    assert_eq!(error.to_string(), "200 is too large");

    let outcome = table.emit_batch(store, &[Read(1), Read(666)], &cx);
    let FailureKind::Panic(message) = outcome.into_failures().pop().unwrap().into_kind() else {
        panic!("it panicked")
    };
    assert_eq!(message, "panic at 666");

    log.take();
    assert_eq!(table.emit_batch(store, &[], &cx).ran(), 0);
    assert!(log.take().is_empty(), "no batch is empty");
}

#[test]
fn a_batch_asks_its_context() {
    let (table, log) = table::<Read>();
    let store = row(&table, "::store");
    let canceller = Canceller::new();
    canceller.cancel();
    let outcome =
        table.emit_batch(store, &[Read(1), Read(2)], &Context::new().with_cancel(canceller.token()));
    assert_eq!((outcome.stopped(), outcome.ran(), outcome.unreached()), (Some(Stop::Cancelled), 0, 1));
    assert!(log.take().is_empty());
}

#[test]
fn a_batch_for_a_row_of_single_events_is_taken_apart() {
    let (table, log) = table::<Read>();
    let outcome = table.emit_batch(row(&table, "::last"), &[Read(1), Read(2)], &Context::new());
    assert_eq!(outcome.ran(), 2);
    assert_eq!(log.take(), [("last", vec![1]), ("last", vec![2])]);
}

#[test]
fn without_the_batches_all_others_run_in_order() {
    let (table, log) = table::<Read>();
    for cx in [Context::new(), Context::new().with_timeout(std::time::Duration::from_secs(60))] {
        let outcome = table.emit_unbatched(&Read(666), &cx);
        assert!(outcome.is_ok(), "{outcome:?}");
        assert_eq!(outcome.ran(), 2);
        assert_eq!(log.take(), [("first", vec![666]), ("last", vec![666])]);
    }
    let (single, _) = self::table::<Plain>();
    assert_eq!(single.emit_unbatched(&Plain(6), Context::empty()).ran(), 0);
}

#[test]
fn asynchronous_rows_are_batched_alike() {
    let (table, log) = table::<Sent>();
    let cx = Context::new();
    let (deliver, count) = (row(&table, "::b_deliver"), row(&table, "::c_count"));
    assert!(table.is_async(deliver) && !table.is_async(count));
    assert!(table.is_batch(deliver) && table.is_batch(count) && table.has_policies());
    assert_eq!(table.policy(deliver).retry, Some(events::handler::Retry::new(3)));

    let events = [Sent(1), Sent(2)];
    assert_eq!(table.emit_batch(deliver, &events, &cx).ran(), 0, "nobody waits for it");
    assert_eq!(table.emit_batch(count, &events, &cx).ran(), 1);
    assert_eq!(now(table.emit_batch_async(deliver, &events, &cx)).ran(), 1);
    assert_eq!(now(table.emit_batch_async(count, &events, &cx)).ran(), 1);
    assert_eq!(log.take(), [("count", vec![1, 2]), ("deliver", vec![1, 2]), ("count", vec![1, 2])]);

    let outcome = now(table.emit_batch_async(deliver, &[Sent(1), Sent(666)], &cx));
    assert_eq!(outcome.failures()[0].to_string(), "panicked: panic in a future");
    log.take();

    assert_eq!(now(table.emit_batch_async(row(&table, "::a_note"), &events, &cx)).ran(), 2);
    assert_eq!(log.take(), [("a", vec![1]), ("a", vec![2])]);
    let outcome = now(table.emit_unbatched_async(&Sent(9), &cx));
    assert_eq!(outcome.ran(), 2);
    assert_eq!(log.take(), [("a", vec![9]), ("see", vec![9])]);
    assert_eq!(table.emit_unbatched(&Sent(9), &cx).ran(), 1, "those that need no one to wait for them");
    assert_eq!(log.take(), [("see", vec![9])]);
}

#[test]
fn a_test_puts_a_closure_for_single_events_in_place_of_a_batch_handler() {
    let mut overrides = Overrides::new();
    overrides.replace("store", |event: &Read, _| if event.0 == 2 { Err("two") } else { Ok(()) });
    let mut state = StateMap::new();
    state.insert(std::sync::Arc::new(Log::default()));
    let table = BoundTable::<Read>::bind(&mut Binder::new(&state).with_overrides(&overrides));
    let store = row(&table, "::store");
    assert!(!table.is_batch(store) && !table.has_batches());
    let outcome = table.emit_batch(store, &[Read(1), Read(2), Read(666)], Context::empty());
    assert_eq!((outcome.ran(), outcome.failures().len()), (3, 1), "{outcome:?}");
    assert_eq!(table.emit_unbatched(&Read(1), Context::empty()).ran(), 3);
}
