//! Arguments behind the event: state, context, the bus, and a user's own.

use std::sync::Mutex;

use events::bind::{BindError, Binder};
use events::context::TraceContext;
use events::extract::Extractor;
use events::prelude::*;

#[event]
struct Ordered {
    id: u64,
}

#[event]
struct Shipped {
    id: u64,
}

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

/// The trace of an emit, as text; and, from the bus, a prefix that is read once when the bus is built.
struct TraceText(String);

impl<'a> Extractor<'a> for TraceText {
    type Bound = String;

    fn bind(binder: &mut Binder<'_>) -> Result<String, BindError> {
        let prefix = binder.state::<&'static str>().ok_or_else(|| BindError::new("a prefix is missing"))?;
        let handler = binder.handler().map_or("", |handler| handler.path);
        Ok(format!("{prefix} {handler}"))
    }

    fn extract(bound: &'a String, cx: &'a Context) -> Self {
        match cx.trace() {
            Some(trace) => Self(format!("{bound} {}", trace.trace_id())),
            None => Self(format!("{bound} untraced")),
        }
    }
}

/// Borrows both from what is bound and from the context.
struct Attempt<'a>(&'a u32, u32);

impl<'a> Extractor<'a> for Attempt<'a> {
    type Bound = u32;

    fn bind(_: &mut Binder<'_>) -> Result<u32, BindError> {
        Ok(3)
    }

    fn extract(bound: &'a u32, cx: &'a Context) -> Self {
        Self(bound, cx.attempt())
    }

    fn detached(cx: &'a Context) -> Option<Self> {
        Some(Self(&0, cx.attempt()))
    }
}

#[handler]
fn ship(order: &Ordered, bus: Bus, cx: &Context) -> Result<(), events::DispatchError> {
    bus.emit_with(&Shipped { id: order.id }, cx).into_result()
}

#[handler]
fn log(shipped: &Shipped, log: State<'_, Log>, trace: TraceText) {
    log.0.lock().unwrap().push(format!("{} {}", shipped.id, trace.0));
}

#[handler]
fn count(_: &Shipped, attempt: Attempt<'_>) {
    assert!(attempt.1 <= *attempt.0 || *attempt.0 == 0);
}

#[test]
fn a_context_is_handed_on_through_nested_emits() {
    let bus = Bus::builder().state(Log::default()).state("trace").build().unwrap();
    let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let cx = Context::new().with_trace(header.parse::<TraceContext>().unwrap());
    bus.emit_with(&Ordered { id: 7 }, &cx).into_result().unwrap();
    bus.emit(&Ordered { id: 8 }).into_result().unwrap();
    let log = bus.state::<Log>().unwrap().0.lock().unwrap();
    assert_eq!(
        *log,
        ["7 trace extract::log 4bf92f3577b34da6a3ce929d0e0e4736", "8 trace extract::log untraced"]
    );
}

#[test]
fn an_extractor_tells_in_its_own_words_what_is_missing() {
    let error = Bus::builder().state(Log::default()).build().unwrap_err();
    assert!(error.to_string().contains("extract::log (tests/tests/extract.rs:"), "{error}");
    assert!(error.to_string().contains("a prefix is missing; asked for by\n"), "{error}");
}

#[test]
fn an_extractor_that_needs_no_bus_works_without_one() {
    let outcome = events::dispatch(&Shipped { id: 1 });
    assert_eq!((outcome.ran(), outcome.failures().len()), (1, 1), "count ran, log needs a bus");
}

#[test]
fn handlers_tell_what_they_ask_for() {
    let handler = events::registry().handlers().find(|handler| handler.path == "extract::log").unwrap();
    let types: Vec<_> = handler.arguments.iter().map(|argument| argument.ty).collect();
    assert_eq!(types, ["State<'_, Log>", "TraceText"]);
    let state: Vec<_> = handler.state().map(|state| state.name()).collect();
    assert_eq!(state, ["extract::Log"]);
}

#[test]
fn a_bus_is_not_kept_alive_by_the_handles_its_handlers_ask_for() {
    let alive = std::sync::Arc::new(());
    let bus =
        Bus::builder().state(Log::default()).state("trace").shared_state(alive.clone()).build().unwrap();
    drop(bus);
    assert_eq!(std::sync::Arc::strong_count(&alive), 1);
}

/// One for the whole program, which handlers take by reference.
struct Clock {
    hour: u8,
}

static CLOCK: Clock = Clock { hour: 7 };

impl Extractor<'_> for &'static Clock {
    type Bound = ();

    fn bind(_: &mut Binder<'_>) -> Result<(), BindError> {
        Ok(())
    }

    fn extract((): &(), _: &Context) -> Self {
        &CLOCK
    }
}

#[event]
struct ClockRead;

#[handler]
fn read(_: &ClockRead, clock: &Clock, cx: &Context) {
    assert_eq!((clock.hour, cx.attempt()), (7, 1));
}

#[handler]
fn read_for_ever(_: &ClockRead, clock: &'static Clock) {
    assert_eq!(clock.hour, 7);
}

#[handlers]
mod clocks {
    use super::*;

    #[handler]
    fn read_in_a_group(_: &ClockRead, clock: &Clock) {
        assert_eq!(clock.hour, 7);
    }
}

#[test]
fn a_reference_of_the_users_is_an_extractor() {
    let bus = Bus::builder().state(Log::default()).state("trace").build().unwrap();
    let outcome = bus.emit(&ClockRead);
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 3);
}
