//! Asynchronous events: order, isolation, limits, arguments, mixed with synchronous handlers.

use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context as TaskContext, Poll, Waker};

use events::context::Canceller;
use events::outcome::Stop;
use events::prelude::*;

/// Runs a future whose every wait is over at the next poll.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = TaskContext::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

/// Waits once.
async fn pause() {
    let mut waited = false;
    std::future::poll_fn(
        |_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending },
    )
    .await;
}

#[derive(Default)]
struct Notes(Mutex<Vec<&'static str>>);

impl Notes {
    fn add(&self, note: &'static str) {
        self.0.lock().unwrap().push(note);
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[event(async)]
struct Uploaded {
    size: usize,
}

#[handler(priority = 10)]
async fn scan(_: &Uploaded, notes: State<'_, Notes>) {
    notes.add("scan begins");
    pause().await;
    notes.add("scan ends");
}

#[handler]
fn index(_: &Uploaded, notes: State<'_, Notes>) {
    notes.add("index");
}

#[handler(when = |upload| upload.size > 100)]
async fn shrink(upload: &Uploaded, notes: State<'_, Notes>) -> Result<(), String> {
    // A future larger than what is kept in place.
    let mut buffer = [0_u8; 4096];
    pause().await;
    buffer[0] = 1;
    notes.add("shrink");
    Err(format!("{} bytes are {} too many", upload.size, buffer[0]))
}

struct Mailer;

#[handlers]
impl Mailer {
    #[handler]
    async fn notify(&self, _: &Uploaded, notes: State<'_, Notes>, cx: &Context) {
        pause().await;
        notes.add(if cx.attempt() == 1 { "notify" } else { "notify again" });
    }

    #[handler]
    async fn panics(&self, _: &Uploaded) {
        pause().await;
        panic!("no mail today");
    }

    #[handler]
    fn sync_in_an_async_group(&self, _: &Uploaded, notes: State<'_, Notes>) {
        notes.add("sync");
    }
}

fn bus() -> Bus {
    Bus::builder().state(Notes::default()).state(Mailer).build().unwrap()
}

#[test]
fn handlers_run_one_after_the_other_in_order() {
    let bus = bus();
    let outcome = block_on(bus.emit_async(&Uploaded { size: 1 }));
    assert_eq!(outcome.ran(), 5);
    let notes = bus.state::<Notes>().unwrap().take();
    assert_eq!(notes, ["scan begins", "scan ends", "notify", "sync", "index"]);
    assert_eq!(outcome.failures().len(), 1);
    assert_eq!(outcome.failures()[0].to_string(), "panicked: no mail today");
}

#[test]
fn a_condition_and_an_error_work_as_in_synchronous_handlers() {
    let outcome = block_on(bus().emit_async(&Uploaded { size: 101 }));
    assert_eq!(outcome.ran(), 6);
    assert_eq!(outcome.failures()[1].to_string(), "101 bytes are 1 too many");
}

#[test]
fn the_context_reaches_asynchronous_handlers() {
    let bus = bus();
    let cx = Context::new().with_attempt(2);
    let outcome = block_on(bus.emit_async_with(&Uploaded { size: 1 }, &cx));
    assert_eq!(outcome.ran(), 5);
    assert!(bus.state::<Notes>().unwrap().take().contains(&"notify again"));
}

#[test]
fn a_cancellation_while_a_handler_waits_stops_before_the_next() {
    let bus = bus();
    let canceller = Canceller::new();
    let cx = Context::new().with_cancel(canceller.token());
    let event = Uploaded { size: 1 };
    let mut emit = pin!(bus.emit_async_with(&event, &cx));
    let mut task = TaskContext::from_waker(Waker::noop());
    assert!(emit.as_mut().poll(&mut task).is_pending());
    canceller.cancel();
    let Poll::Ready(outcome) = emit.poll(&mut task) else { panic!("a cancelled emit ends") };
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (1, Some(Stop::Cancelled), 5));
    assert_eq!(bus.state::<Notes>().unwrap().take(), ["scan begins", "scan ends"]);
}

#[test]
fn without_a_bus_the_handlers_that_need_one_say_so() {
    let outcome = block_on(events::dispatch_async(&Uploaded { size: 1 }));
    assert_eq!((outcome.ran(), outcome.failures().len()), (0, 5));
}

#[test]
fn an_emit_can_run_on_any_thread() {
    fn assert_send<T: Send>(_: &T) {}
    let bus = bus();
    let event = Uploaded { size: 1 };
    assert_send(&bus.emit_async(&event));
}

#[event]
struct Plain;

#[handler]
fn plain(_: &Plain) {}

#[test]
fn a_synchronous_event_can_be_emitted_from_a_task_too() {
    let bus = bus();
    let _guard = bus.subscribe(|_: &Plain| {});
    assert_eq!(block_on(bus.emit_async(&Plain)).ran(), 2);
    assert_eq!(block_on(events::dispatch_async(&Plain)).ran(), 1);
}

#[test]
fn closures_see_asynchronous_events() {
    let bus = bus();
    let _guard = bus.subscribe(|upload: &Uploaded| assert_eq!(upload.size, 1));
    assert_eq!(block_on(bus.emit_async(&Uploaded { size: 1 })).ran(), 6);
}
