//! Handlers of one event side by side: `#[handler(concurrent)]`.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Poll, Waker};

use events::__private::plumbing::{BoundTable, StateMap};
use events::bind::Binder;
use events::context::Canceller;
use events::handler::HandlerMeta;
use events::outcome::Stop;
use events::prelude::*;
use events::testing;

/// Who began and who ended, in order, and what a handler waits for.
#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn push(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn has(&self, text: &str) -> bool {
        self.0.lock().unwrap().iter().any(|other| other == text)
    }

    /// Waits until something is in the log.
    async fn wait_for(&self, text: &str) {
        poll_fn(|task| {
            task.waker().wake_by_ref();
            if self.has(text) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Polls so often at most; `None` if it is not over then.
fn poll<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut task = Task::from_waker(Waker::noop());
    (0..times).find_map(|_| match future.as_mut().poll(&mut task) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

#[derive(Default)]
struct Script {
    log: Arc<Log>,
    /// Which handler fails, and which panics.
    fails: &'static [&'static str],
    panics: &'static [&'static str],
    cancels: Option<Canceller>,
}

impl Script {
    fn end(&self, who: &'static str) -> Result<(), &'static str> {
        self.log.push(format!("{who} ends"));
        assert!(!self.panics.contains(&who), "{who} panics");
        if self.fails.contains(&who) { Err(who) } else { Ok(()) }
    }
}

#[event(async)]
struct Paid(Script);

#[handler(priority = 1)]
async fn before(paid: &Paid) {
    paid.0.log.push("before");
}

/// Each of these waits for the next: one after the other they would wait for ever.
#[handler(concurrent)]
async fn a(paid: &Paid) -> Result<(), &'static str> {
    paid.0.log.push("a begins");
    if let Some(canceller) = &paid.0.cancels {
        canceller.cancel();
    } else {
        paid.0.log.wait_for("b ends").await;
    }
    paid.0.end("a")
}

#[handlers]
mod group {
    use super::*;

    #[handler(concurrent)]
    async fn b(paid: &Paid, _cx: &Context) -> Result<(), &'static str> {
        paid.0.log.push("b begins");
        paid.0.log.wait_for("c ends").await;
        paid.0.end("b")
    }
}

#[handler(concurrent, when = |paid| !paid.0.log.has("never"))]
fn h_synchronous(paid: &Paid) -> Result<(), &'static str> {
    paid.0.log.push("c begins");
    paid.0.end("c")
}

#[handler(priority = -1)]
fn z_after(paid: &Paid) {
    paid.0.log.push("after");
}

fn script() -> (Script, Arc<Log>) {
    let log = Arc::new(Log::default());
    (Script { log: log.clone(), ..Script::default() }, log)
}

#[test]
fn neighbours_do_not_wait_for_each_other_and_the_later_ones_wait_for_all() {
    let bus = Bus::builder().build().unwrap();
    let (script, log) = script();
    let outcome = poll(bus.emit_async(&Paid(script)), 10).expect("they wait for each other");
    assert!(outcome.is_ok());
    assert_eq!(outcome.ran(), 5);
    let order = ["before", "a begins", "b begins", "c begins", "c ends", "b ends", "a ends", "after"];
    assert_eq!(log.take(), order);

    let (script, log) = self::script();
    let outcome = poll(events::dispatch_async(&Paid(script)), 10).expect("nor without a bus");
    assert_eq!((outcome.ran(), log.take().len()), (5, order.len()));
}

#[test]
fn failures_and_panics_are_of_their_handlers_alone_in_the_order_of_the_table() {
    let bus = Bus::builder().build().unwrap();
    let (mut script, log) = script();
    script.fails = &["a", "c"];
    script.panics = &["b"];
    let outcome = poll(bus.emit_async(&Paid(script)), 10).unwrap();
    assert_eq!(outcome.ran(), 5);
    let told: Vec<_> = outcome.failures().iter().map(ToString::to_string).collect();
    assert_eq!(told, ["a", "panicked: b panics", "c"], "though `c` ended first");
    assert!(outcome.failures().iter().all(|failure| failure.is_retryable()));
    assert_eq!(log.take().last().unwrap(), "after");
}

#[test]
fn those_begun_when_the_context_is_cancelled_run_to_their_ends_and_no_others_begin() {
    let bus = Bus::builder().build().unwrap();
    let (mut script, log) = script();
    let canceller = Canceller::new();
    let cx = Context::new().with_cancel(canceller.token());
    script.cancels = Some(canceller);
    let outcome = poll(bus.emit_async_with(&Paid(script), &cx), 10).unwrap();
    assert_eq!(log.take(), ["before", "a begins", "a ends"]);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Cancelled), 3));
    assert!(outcome.stopped_by().is_none());
}

#[test]
fn dropped_on_the_way_nothing_goes_on() {
    let bus = Bus::builder().build().unwrap();
    let (script, log) = script();
    let paid = Paid(script);
    assert!(poll(bus.emit_async(&paid), 1).is_none(), "`a` ends after a further poll");
    assert_eq!(Arc::strong_count(&log), 2);
    assert!(!log.has("a ends") && !log.has("after"));
}

#[test]
fn a_stand_in_that_breaks_keeps_back_those_after_the_group() {
    let builder = testing::builder().replace("a", |paid: &Paid| {
        paid.0.log.push("b ends");
        std::ops::ControlFlow::Break(())
    });
    let (script, log) = script();
    let outcome = poll(builder.build().unwrap().emit_async(&Paid(script)), 10).unwrap();
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (4, Some(Stop::Break), 1));
    assert!(outcome.stopped_by().unwrap().name().ends_with("::a"));
    assert!(log.has("c ends") && !log.has("after"));
}

#[test]
fn one_alone_runs_again_without_its_neighbours() {
    let table = BoundTable::<Paid>::bind(&mut Binder::new(&StateMap::new()));
    let (script, log) = script();
    let only = table.members(3)[0];
    let outcome = poll(table.emit_async(&Paid(script), &Context::new().with_only(only)), 10).unwrap();
    assert_eq!((outcome.ran(), log.take()), (1, vec!["c begins".to_owned(), "c ends".to_owned()]));
}

#[test]
fn whoever_runs_rows_by_itself_is_told_which_go_together() {
    let table = BoundTable::<Paid>::bind(&mut Binder::new(&StateMap::new()));
    let groups: Vec<_> = (0..table.rows()).map(|row| table.concurrent_group(row)).collect();
    assert_eq!(groups, [0..1, 1..4, 1..4, 1..4, 4..5]);
    assert!(!table.has_policies(), "no row need be run by itself");
    let concurrent: Vec<_> = (0..table.rows()).map(|row| table.policy(row).concurrent).collect();
    assert_eq!(concurrent, [false, true, true, true, false]);
}

#[event]
struct Sold(Arc<Log>);

#[handler(concurrent)]
fn one(sold: &Sold) {
    sold.0.push("one");
}

#[handler(concurrent)]
fn three(sold: &Sold) {
    sold.0.push("three");
    panic!("as it says")
}

#[handler(concurrent, retry(max = 1, when = |_| true))]
fn two(sold: &Sold) -> Result<(), String> {
    sold.0.push("two");
    Ok(())
}

#[test]
fn where_nobody_awaits_they_run_one_after_the_other() {
    let bus = Bus::builder().build().unwrap();
    let log = Arc::new(Log::default());
    for on_a_bus in [true, false] {
        let sold = Sold(log.clone());
        let outcome = if on_a_bus { bus.emit(&sold) } else { events::dispatch(&sold) };
        assert_eq!((outcome.ran(), outcome.failures().len()), (3, 1));
        assert_eq!(log.take(), ["one", "three", "two"]);
    }
}

#[test]
fn the_metadata_says_so() {
    let of = |name: &str| -> &'static HandlerMeta {
        events::registry().handlers().find(|handler| handler.path.ends_with(name)).unwrap()
    };
    for (name, concurrent) in [("::group::b", true), ("::one", true), ("::before", false)] {
        assert_eq!(of(name).policy.concurrent, concurrent, "{name}");
        assert_eq!(of(name).policy.is_none(), !concurrent);
    }
}
