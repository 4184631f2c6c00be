//! A bound table row by row, and one handler of it alone: what retries are made of.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use events::__private::plumbing::{BoundTable, Late, LateOne, StateMap};
use events::AnyEvent;
use events::bind::Binder;
use events::context::Canceller;
use events::handler::{HandlerMeta, Policy, Retry};
use events::outcome::Stop;
use events::prelude::*;
use events_tests::now;

/// Who ran, in order.
#[derive(Default)]
struct Log(Mutex<Vec<&'static str>>);

impl Log {
    fn note(&self, who: &'static str) {
        self.0.lock().unwrap().push(who);
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[event]
struct Paid {
    cancel: Option<Canceller>,
}

#[handlers]
impl Log {
    #[handler]
    fn a_debit(&self, _: &Paid) {
        self.note("debit");
    }

    #[handler]
    fn b_credit(&self, paid: &Paid, cx: &Context) -> Result<(), String> {
        self.note("credit");
        if let Some(canceller) = &paid.cancel {
            canceller.cancel();
        }
        Err(format!("attempt {}", cx.attempt()))
    }

    #[handler(retry(max = 3))]
    fn c_charge(&self, _: &Paid) -> Result<(), String> {
        self.note("charge");
        Err("refused".to_owned())
    }

    #[handler]
    fn d_total(&self, _: &Paid) {
        self.note("total");
    }

    #[handler(timeout = "1s", priority = 1)]
    fn e_first(&self, _: &Paid) {
        self.note("first");
    }
}

#[handler]
fn stop(_: &Paid, log: State<'_, Log>) -> ControlFlow<()> {
    log.note("stop");
    ControlFlow::Break(())
}

#[event(async)]
struct Sent;

#[handlers]
mod sending {
    use super::{Log, Sent, State, handler};

    #[handler]
    async fn a(_: &Sent, log: State<'_, Log>) {
        std::future::ready(()).await;
        log.note("a");
    }

    #[handler]
    async fn b(_: &Sent, log: State<'_, Log>) -> Result<(), String> {
        log.note("b");
        Err("b".to_owned())
    }

    #[handler]
    fn c(_: &Sent, log: State<'_, Log>) {
        log.note("c");
    }

    #[handler(breaker(failures = 2))]
    async fn d(_: &Sent, log: State<'_, Log>) {
        log.note("d");
    }
}

#[handler]
fn log_sent(_: &Sent, log: State<'_, Log>) {
    log.note("sent");
}

/// Handled by one that hands its context on.
#[event]
struct Nested {
    depth: u32,
}

/// The bus on which `nest` emits.
#[derive(Default)]
struct Inner(OnceLock<Bus>);

#[handler(retry(max = 1))]
fn nest(
    event: &Nested,
    cx: &Context,
    inner: State<'_, Inner>,
    log: State<'_, Log>,
) -> Result<(), events::DispatchError> {
    log.note("nest");
    match inner.0.get() {
        Some(bus) if event.depth > 0 => bus.emit_with(&Nested { depth: event.depth - 1 }, cx).into_result(),
        _ => Ok(()),
    }
}

#[handler]
fn beside(_: &Nested, log: State<'_, Log>) {
    log.note("beside");
}

#[event]
struct Plain;

#[handler(retry(max = 2), priority = 1)]
fn plain_first(_: &Plain) {}

#[handler]
fn plain_second(_: &Plain) {}

fn table<E: Event>() -> (BoundTable<E>, Arc<Log>) {
    let (mut state, log) = (StateMap::new(), Arc::new(Log::default()));
    state.insert(log.clone());
    (BoundTable::bind(&mut Binder::new(&state)), log)
}

fn meta(end: &str) -> &'static HandlerMeta {
    events::registry().handlers().find(|handler| handler.path.ends_with(end)).unwrap()
}

fn paid() -> Paid {
    Paid { cancel: None }
}

#[test]
fn who_asks_for_a_policy_has_a_row_of_its_own() {
    let (table, _) = table::<Paid>();
    let rows: Vec<Vec<_>> =
        (0..table.rows()).map(|row| table.members(row).iter().map(|member| member.path).collect()).collect();
    let expected: [&[&str]; 4] = [
        &["rows::Log::e_first"],
        &["rows::Log::a_debit", "rows::Log::b_credit", "rows::Log::d_total"],
        &["rows::Log::c_charge"],
        &["rows::stop"],
    ];
    assert_eq!(rows, expected);
    assert!(table.has_policies() && !table.has_batches());
    let policies: Vec<_> = (0..table.rows()).map(|row| *table.policy(row)).collect();
    let first = Policy::NONE.timeout(Duration::from_secs(1));
    assert_eq!(policies, [first, Policy::NONE, Policy::NONE.retry(Retry::new(3)), Policy::NONE]);
    assert!((0..table.rows()).all(|row| !table.is_async(row) && !table.is_batch(row)));
    assert_eq!(meta("::c_charge").group, Some("rows::Log"), "its own row, the same group");
}

#[test]
fn an_emit_runs_all_rows_all_the_same() {
    let (table, log) = table::<Paid>();
    let outcome = table.emit(&paid());
    assert_eq!((outcome.ran(), outcome.failures().len()), (6, 2), "{outcome:?}");
    assert_eq!(log.take(), ["first", "debit", "credit", "total", "charge", "stop"]);
}

#[test]
fn a_row_runs_by_itself() {
    let (table, log) = table::<Paid>();
    for cx in [Context::new(), Context::new().with_timeout(Duration::from_secs(60))] {
        let outcome = table.emit_row(1, &paid(), &cx.with_attempt(2));
        assert_eq!((outcome.ran(), outcome.stopped()), (3, None));
        let failures = outcome.into_failures();
        assert_eq!((failures.len(), failures[0].to_string().as_str()), (1, "attempt 2"));
        assert!(std::ptr::eq(failures[0].handler().unwrap(), table.members(1)[1]));
        assert_eq!(log.take(), ["debit", "credit", "total"]);
    }
    let outcome = table.emit_row(3, &paid(), Context::empty());
    assert_eq!((outcome.stopped(), outcome.unreached()), (Some(Stop::Break), 0), "no row comes after a row");
    assert_eq!(log.take(), ["stop"]);
}

#[test]
fn a_row_asks_its_context() {
    let (table, log) = table::<Paid>();
    let canceller = Canceller::new();
    let cx = Context::new().with_cancel(canceller.token());
    let outcome = table.emit_row(1, &Paid { cancel: Some(canceller) }, &cx);
    assert_eq!(log.take(), ["debit", "credit"]);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Cancelled), 1));
    let outcome = table.emit_row(1, &paid(), &cx);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, Some(Stop::Cancelled), 3));
    let outcome = table.emit_row(2, &paid(), &Context::new().with_timeout(Duration::ZERO));
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, Some(Stop::Deadline), 1));
    assert!(log.take().is_empty());
}

#[test]
fn one_of_a_group_runs_alone() {
    let (table, log) = table::<Paid>();
    let credit = meta("::b_credit");
    let only = || Context::new().with_attempt(3).with_only(credit);
    let runs: [&dyn Fn() -> Outcome; 4] = [
        &|| table.emit_row(1, &paid(), &only()),
        &|| table.emit_with(&paid(), &only()),
        &|| table.emit_unbatched(&paid(), &only()),
        &|| now(table.emit_async(&paid(), &only())),
    ];
    for run in runs {
        let outcome = run();
        assert_eq!(log.take(), ["credit"]);
        assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (1, None, 0));
        assert_eq!(outcome.failures()[0].to_string(), "attempt 3");
    }
    for row in [0, 2, 3] {
        assert_eq!(table.emit_row(row, &paid(), &only()).ran(), 0, "it is in another row");
    }
    assert!(log.take().is_empty());

    let late = only().with_timeout(Duration::ZERO);
    let outcome = table.emit_row(1, &paid(), &late);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, Some(Stop::Deadline), 1));
}

#[test]
fn one_with_a_row_to_itself_runs_alone() {
    let (table, log) = table::<Paid>();
    let only = Context::new().with_only(meta("::c_charge"));
    assert_eq!(table.emit_with(&paid(), &only).ran(), 1);
    assert_eq!(table.emit_row(2, &paid(), &only).ran(), 1);
    assert_eq!(table.emit_row(1, &paid(), &only).ran(), 0);
    assert_eq!(log.take(), ["charge", "charge"]);
    let of_another_event = Context::new().with_only(meta("::nest"));
    assert_eq!(table.emit_with(&paid(), &of_another_event).ran(), 0);
}

#[test]
fn one_of_an_asynchronous_event_runs_alone() {
    let (table, log) = table::<Sent>();
    let rows: Vec<_> = (0..table.rows()).map(|row| (table.members(row).len(), table.is_async(row))).collect();
    assert_eq!(rows, [(1, false), (3, true), (1, true)]);
    assert_eq!(now(table.emit_row_async(1, &Sent, Context::empty())).failures().len(), 1);
    assert_eq!(log.take(), ["a", "b", "c"]);
    assert_eq!(now(table.emit_row_async(0, &Sent, Context::empty())).ran(), 1);
    assert_eq!(table.emit_row(0, &Sent, Context::empty()).ran(), 1);
    assert_eq!(log.take(), ["sent", "sent"]);
    assert_eq!(table.emit_row(1, &Sent, Context::empty()).ran(), 0, "nobody waits for it");

    for (end, who, row) in
        [("::b", "b", 1), ("sending::c", "c", 1), ("::d", "d", 2), ("::log_sent", "sent", 0)]
    {
        let only = Context::new().with_only(meta(end));
        assert_eq!(now(table.emit_row_async(row, &Sent, &only)).ran(), 1, "{end}");
        assert_eq!(now(table.emit_async(&Sent, &only)).ran(), 1, "{end}");
        assert_eq!(now(table.emit_unbatched_async(&Sent, &only)).ran(), 1, "{end}");
        assert_eq!(now(table.emit_row_async((row + 1) % 3, &Sent, &only)).ran(), 0, "{end}");
        assert_eq!(log.take(), [who; 3]);
    }
    let late = Context::new().with_only(meta("::b")).with_timeout(Duration::ZERO);
    let outcome = now(table.emit_async(&Sent, &late));
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, Some(Stop::Deadline), 1));
}

#[test]
fn what_a_handler_hands_on_is_for_all_handlers() {
    let builder = Bus::builder().state(Log::default()).state(Inner::default());
    let bus = builder.state(events_tests::shop::Revenue::default()).build().unwrap();
    let log = bus.state::<Log>().unwrap();
    let only = Context::new().with_only(meta("::nest"));
    assert_eq!(bus.emit_with(&Nested { depth: 0 }, &only).ran(), 2, "a bus runs all");
    assert_eq!(log.take(), ["beside", "nest"]);
    assert_eq!(now(bus.emit_async_with(&Nested { depth: 0 }, &only)).ran(), 2);
    assert_eq!(events::table::dispatch_with(&Plain, &only).ran(), 2);
    assert_eq!(now(events::table::dispatch_async_with(&Plain, &only)).ran(), 2);
    assert!(only.clone().only().is_none() && only.only().is_some());

    log.take();
    let mut state = StateMap::new();
    state.insert(Arc::new(Log::default()));
    state.insert(Arc::new(Inner(bus.clone().into())));
    let table = BoundTable::<Nested>::bind(&mut Binder::new(&state));
    assert_eq!(table.emit_with(&Nested { depth: 1 }, &only).ran(), 1);
    assert_eq!(log.take(), ["beside", "nest"], "the event that the handler emitted, with its own context");
}

#[test]
fn late_handlers_are_run_by_themselves_and_not_beside_one_alone() {
    struct Count;
    impl Late for Count {
        fn emit(&self, event: &AnyEvent<'_>, outcome: Outcome) -> Outcome {
            assert!(event.is::<Plain>());
            if outcome.stopped().is_some() { outcome } else { outcome.merge(events::dispatch(&Plain)) }
        }
    }
    let (table, _) = table::<Plain>();
    let only_late = |cx: &Context, stopped| now(table.emit_late_only(&Plain, cx, stopped));
    assert_eq!(only_late(Context::empty(), None).ran(), 0);
    table.late().set(Box::new(Count));
    assert_eq!(only_late(Context::empty(), None).ran(), 2);
    let stopped = only_late(Context::empty(), Some(Stop::Break));
    assert_eq!((stopped.ran(), stopped.stopped()), (0, Some(Stop::Break)));
    assert_eq!(table.emit_unbatched(&Plain, Context::empty()).ran(), 4);
    assert_eq!(now(table.emit_async(&Plain, Context::empty())).ran(), 4);
    assert_eq!(table.emit_row(0, &Plain, Context::empty()).ran(), 1);
    let only = Context::new().with_only(meta("::plain_first"));
    assert_eq!(table.emit_with(&Plain, &only).ran(), 1);
    assert_eq!(now(table.emit_async(&Plain, &only)).ran(), 1);
    assert_eq!(only_late(&only, None).ran(), 0);
    let one = LateOne::Handler(meta("::plain_first"));
    assert!(now(table.emit_late_one(one, &Plain, Context::empty())).is_none(), "it is in the table");
    assert!(table.has_policies());
}
