//! The attributes `#[event]`, `#[handler]` and `#[handlers]`. Programs use them through the facade, `events`.
//!
//! Each macro has a folder and works in three steps. The first parses the item and keeps its tokens. The second checks it and
//! collects every mistake at its token. The third expands it and cannot fail. The generated code is small and calls into
//! `events-core`.

mod attr;
mod duration;
mod errors;
mod event;
#[cfg(test)]
mod expansions;
mod handler;
mod handlers;
mod manifest;
mod private;
mod record;

use proc_macro::TokenStream;

/// Makes a struct or an enum an event: something that happened, which handlers react to.
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "order.paid"` | the name used outside of the process; the full path by default |
/// | `version = 2` | the version of its fields; 1 by default |
/// | `key = order_id` | the field that orders events on a lane: events with equal values are handled in the order in which they were sent. In a tuple struct it is an index. Its type implements `Hash`; see below |
/// | `lane = "payments"` | the lane to which the event is sent; the default lane of the bus otherwise |
/// | `urgency = "high"` | `"high"`, `"normal"` or `"low"`: more urgent events of a lane are handled first; `"normal"` by default |
/// | `async` | admits `async fn` handlers; the event is emitted with `emit_async(..).await` |
/// | `unhandled = "allow"` | the event may have no handler; without this, one that has none is reported |
/// | `crate = path` | the path of the crate `events`, if it is not `::events` |
///
/// The attribute leaves the type as it is and implements `Event` for it. The type must be `Send + Sync + 'static` and must
/// have no generic parameters, because each event type has one table of handlers.
///
/// ```
/// use events::prelude::*;
///
/// #[event(name = "order.paid", version = 2, key = order_id)]
/// pub struct OrderPaid { pub order_id: u64, pub cents: u64 }
///
/// assert_eq!(OrderPaid::META.key, Some("order_id"));
/// ```
///
/// # Keys
///
/// A lane handles events with the same key one after the other, in the order in which they were sent. It compares 32 bits of
/// a hash of the field. The hash has no secret and never changes: it is the same in every build, every process and every
/// version of this crate.
///
/// Events whose keys have the same 32 bits wait for each other as if the keys were equal. No event is lost and the order stays
/// right, but time is lost. With keys that nobody chose on purpose this is rare. A client that can choose keys, for example
/// ids, can find many keys with the same 32 bits and delay the events of others. There are two ways to prevent this:
///
/// - Make the key a hash of the field with a secret, computed before the event is sent with a keyed hash such as SipHash or
///   BLAKE3. The standard library's `RandomState` is enough if keys are not kept after the process ends.
/// - Send events with untrusted keys to a lane of their own, where they delay only each other.
///
/// ```
/// use std::hash::{BuildHasher, RandomState};
/// use events::prelude::*;
///
/// #[event(key = account_hash)]
/// pub struct Uploaded { pub account: String, account_hash: u64 }
///
/// impl Uploaded {
///     /// `secret` is made once, when the program starts.
///     pub fn new(account: String, secret: &RandomState) -> Self {
///         Self { account_hash: secret.hash_one(&account), account }
///     }
/// }
///
/// let secret = RandomState::new();
/// let (first, second) = (Uploaded::new("ada".into(), &secret), Uploaded::new("ada".into(), &secret));
/// assert_eq!(first.account_hash, second.account_hash);
/// ```
#[proc_macro_attribute]
pub fn event(options: TokenStream, item: TokenStream) -> TokenStream {
    event::expand(options.into(), item.into()).into()
}

/// Makes a function a handler of the event that it takes by reference as its first argument.
///
/// Further arguments are extractors: `State<T>`, `&Context`, `Bus`, or your own. The function returns `()`, `Result<(), E>`,
/// `ControlFlow<()>`, or `ControlFlow<StopReason>` to stop the later handlers with a reason. An `async fn` handles an
/// `#[event(async)]`. The function stays callable as before.
///
/// | option | meaning |
/// | --- | --- |
/// | `priority = 100` | handlers with a higher priority run first; an `i32`, 0 by default. Those of equal priority run in the order of their full paths |
/// | `when = \|e\| e.cents > 100_00` | the handler runs only if this condition on the event holds |
/// | `retry(max = 5, backoff = "10ms..1s")` | on a lane: up to five retries after a failure; see below |
/// | `timeout = "200ms"` | on a lane: an `async` handler is cancelled after this time; `LaneHandle::slow` lists a synchronous handler that took longer |
/// | `breaker(failures = 20, cool_down = "5s")` | on a lane: a circuit breaker. After 20 failures in a row the handler is not run for 5 s, and its events fail meanwhile; `"5s"` by default |
/// | `concurrent` | when the event is awaited, the handler runs concurrently with the handlers next to it that have the same priority and are `concurrent` too; see below |
/// | `batch` | the handler takes many events at once, as a slice; see below |
/// | `all` | the handler takes events of every type, as `&AnyEvent<'_>`; see below |
/// | `emits(OrderSent, OrderBilled)` | the events that the handler emits, for `cargo events` to draw and check. It has no effect on the program |
/// | `crate = path` | the path of the crate `events`, if it is not `::events`: another name, or another crate that re-exports it |
///
/// A time is a number with one of the units `ns`, `us`, `ms`, `s`, `m` and `h`, as in `"1.5s"`.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// pub struct OrderPaid { pub cents: u64 }
///
/// #[handler(priority = 100, when = |e| e.cents > 100_00)]
/// fn flag_large(event: &OrderPaid) -> Result<(), String> {
///     Err(format!("{} cents is a lot", event.cents))
/// }
///
/// assert_eq!(events::dispatch(&OrderPaid { cents: 990 }).ran(), 0);
/// assert!(!events::dispatch(&OrderPaid { cents: 99_000 }).is_ok());
/// ```
///
/// # Retries
///
/// | option of `retry` | meaning |
/// | --- | --- |
/// | `max = 5` | up to five retries after the first attempt |
/// | `backoff = "10ms..1s"` | the backoff before the first retry is 10 ms; it doubles with each retry, up to 1 s. With a single time, `"10ms"`, all backoffs are equal. `"10ms..1s"` by default |
/// | `jitter = "equal"` | the delay before a retry is chosen at random between half of the backoff and the whole; the default. `"full"`: between zero and the whole. `false`: exactly the backoff |
/// | `when = \|error\| error.is_transient()` | only an error for which this holds is retried; a panic is always retried. It is a closure or the name of a function, and takes the handler's own error by reference |
///
/// ```
/// use std::io::{Error, ErrorKind};
/// use events::prelude::*;
///
/// #[event]
/// pub struct OrderPaid { pub cents: u64 }
///
/// #[handler(retry(max = 5, jitter = "full", when = |error| error.kind() == ErrorKind::TimedOut))]
/// fn charge(event: &OrderPaid) -> Result<(), Error> {
///     Err(if event.cents == 0 { ErrorKind::InvalidInput } else { ErrorKind::TimedOut }.into())
/// }
///
/// assert!(events::dispatch(&OrderPaid { cents: 990 }).failures()[0].is_retryable());
/// assert!(!events::dispatch(&OrderPaid { cents: 0 }).failures()[0].is_retryable());
/// ```
///
/// # Concurrent handlers
///
/// Handlers run one after the other. Handlers that follow each other, have the same priority and are all `concurrent` form a
/// group: `emit_async` and `dispatch_async` start them in order in one task, and while one waits the others go on. Later
/// handlers run after all of the group are done. Failures are reported in the order of the handlers. A synchronous emit runs
/// them one after the other.
///
/// They return `()` or `Result<(), E>`, because a `Break` could not stop those that have started already.
///
/// A lane on a runtime runs a group in the same way, each handler with its own `timeout`, `breaker` and `retry`. A lane of
/// threads runs the group on its idle workers; if no worker is idle, it runs them one after the other.
///
/// ```
/// use events::prelude::*;
///
/// #[event(async)]
/// pub struct OrderPaid { pub cents: u64 }
///
/// #[handler(concurrent)]
/// async fn mail_receipt(_: &OrderPaid) -> Result<(), String> { Ok(()) }
///
/// #[handler(concurrent)]
/// async fn notify_warehouse(_: &OrderPaid) {}
///
/// #[handler(priority = -1)]
/// fn log(_: &OrderPaid) {}
///
/// # async fn emit(bus: &Bus) {
/// // `log` runs after both are done.
/// bus.emit_async(&OrderPaid { cents: 990 }).await.into_result().unwrap();
/// # }
/// ```
///
/// # Asynchronous handlers
///
/// An `async fn` handles an `#[event(async)]`. It borrows its arguments, so `State` is written with its lifetime:
/// `State<'_, T>`.
///
/// ```
/// use events::prelude::*;
///
/// #[event(async)]
/// pub struct OrderPaid { pub order_id: u64 }
///
/// pub struct Mailer;
///
/// impl Mailer {
///     async fn send(&self, order_id: u64) -> Result<(), String> { let _ = order_id; Ok(()) }
/// }
///
/// #[handler]
/// async fn receipt(event: &OrderPaid, mailer: State<'_, Mailer>) -> Result<(), String> {
///     mailer.send(event.order_id).await
/// }
///
/// # let poll = |future: std::pin::Pin<&mut dyn Future<Output = events::Outcome>>| {
/// #     let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// #     match future.poll(&mut cx) {
/// #         std::task::Poll::Ready(outcome) => outcome,
/// #         std::task::Poll::Pending => panic!("it waits"),
/// #     }
/// # };
/// let bus = Bus::builder().state(Mailer).build().unwrap();
/// let emit = bus.emit_async(&OrderPaid { order_id: 7 });
/// # let outcome = poll(std::pin::pin!(emit));
/// # assert!(outcome.is_ok());
/// ```
///
/// # Batches
///
/// A batch handler takes a slice, `&[OrderPaid]`. A lane collects queued events for it: up to 64 events or for 5 ms under
/// little load, and up to 1024 events or for 12 ms under much. `batch(size = "64..1024", linger = "5ms..12ms")` sets these
/// limits, and these are the defaults. An emit calls the handler with a slice of one event, in its place among the others.
///
/// A batch that failed is retried as a whole, and the condition `when` of `retry` is asked once for it. With `split` the batch
/// runs again in halves until the events that fail are found.
///
/// The handler returns `()` or `Result<(), E>`, because on a lane it runs apart from the event's other handlers and cannot stop
/// them. It has no option `when`, because that is a condition on one event.
///
/// ```standalone_crate
/// use events::prelude::*;
///
/// #[event(lane = "metrics")]
/// pub struct Measured { value: f64 }
///
/// #[handler(batch(size = "100..1000", split), retry(max = 3))]
/// fn store(measured: &[Measured]) -> Result<(), String> {
///     if measured.iter().all(|one| one.value.is_finite()) { Ok(()) } else { Err("not finite".into()) }
/// }
///
/// assert!(events::dispatch(&Measured { value: 1.5 }).is_ok());
/// assert!(!events::dispatch(&Measured { value: f64::NAN }).is_ok());
/// ```
///
/// # All events
///
/// A handler of all events takes `&AnyEvent<'_>`. It observes events of every type: for an audit, a log, or a bridge to
/// another system.
///
/// - It runs after the event's own handlers and closures, even if one of them stopped the others. It cannot stop any handler.
/// - It does not count as handling the event: on a lane, an event that has no other handler is unhandled.
/// - It sees events that are emitted on a bus, awaited, or run by a lane (each event once, at its first attempt), the events of
///   this library, and those that it emits itself. `dispatch`, which has no bus, does not run it.
/// - If it fails, the failure is in the outcome under its name.
///
/// It may have a condition, extractors, and a priority, which orders it among the handlers of all events. It returns `()` or
/// `Result<(), E>`, cannot be an `async fn`, and has none of the options for lanes.
///
/// ```standalone_crate
/// use std::sync::Mutex;
/// use events::AnyEvent;
/// use events::prelude::*;
///
/// #[event(name = "order.paid")]
/// pub struct OrderPaid { pub cents: u64 }
///
/// #[derive(Default)]
/// struct Journal(Mutex<Vec<String>>);
///
/// #[handler(all, when = |event| event.meta().name.starts_with("order."))]
/// fn audit(event: &AnyEvent<'_>, journal: State<Journal>) {
///     let cents = event.downcast_ref().map(|paid: &OrderPaid| paid.cents);
///     journal.0.lock().unwrap().push(format!("{} {cents:?}", event.meta().name));
/// }
///
/// let bus = Bus::builder().state(Journal::default()).build().unwrap();
/// assert_eq!(bus.emit(&OrderPaid { cents: 990 }).ran(), 0);
/// assert_eq!(*bus.state::<Journal>().unwrap().0.lock().unwrap(), ["order.paid Some(990)"]);
/// ```
#[proc_macro_attribute]
pub fn handler(options: TokenStream, item: TokenStream) -> TokenStream {
    handler::expand(options.into(), item.into()).into()
}

/// Makes an `impl` block or an inline module a group of handlers: methods can be handlers, and dispatch is faster.
///
/// In an `impl` block, a method marked `#[handler]` may take `&self`, which is the bus's state of this type: `State<Self>`.
///
/// The handlers of a group that have the same event and priority are fused: they become one entry of the event's table, which
/// calls them directly one after the other. They run in the order of their paths, at the place of the first of them. In the
/// metadata and in outcomes they stay separate handlers, and if one fails or panics, the others still run.
///
/// A handler with `retry`, `timeout`, `breaker`, `batch` or `concurrent` is not fused, because it may have to run by itself. It
/// has an entry of its own, in the order of its own path.
///
/// The attribute `handler` must be in scope in the block, as it must be elsewhere.
///
/// | option | meaning |
/// | --- | --- |
/// | `crate = path` | the path of the crate `events`, if it is not `::events` |
///
/// ```standalone_crate
/// use events::prelude::*;
///
/// #[event]
/// pub struct OrderPaid { pub cents: u64 }
///
/// pub struct Mailer { from: &'static str }
///
/// #[handlers]
/// impl Mailer {
///     #[handler]
///     fn receipt(&self, event: &OrderPaid) {
///         println!("{}: you paid {} cents", self.from, event.cents);
///     }
///
///     #[handler]
///     fn copy_to_sales(&self, _: &OrderPaid, cx: &Context) { let _ = cx.attempt(); }
/// }
///
/// let bus = Bus::builder().state(Mailer { from: "shop" }).build().unwrap();
/// assert_eq!(bus.emit(&OrderPaid { cents: 990 }).ran(), 2);
/// ```
#[proc_macro_attribute]
pub fn handlers(options: TokenStream, item: TokenStream) -> TokenStream {
    handlers::expand(options.into(), item.into()).into()
}
