//! The attributes `#[event]`, `#[handler]` and `#[handlers]`. Programs use them through the facade, `events`.
//!
//! One folder a macro, in three steps: parse what is written, keeping its tokens; check it, gathering every mistake at
//! its token; expand, which cannot fail. What they write is small and calls into `events-core`.

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

/// Marks a struct or an enum as an event.
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "order.paid"` | the name it carries outside the process; the full path by default |
/// | `version = 2` | the version of its fields; 1 by default |
/// | `key = order_id` | the field whose equal values are handled in order on a lane; a tuple struct's by its index. Its type has a `Hash`. See below |
/// | `lane = "payments"` | the lane on which it is sent; the bus's default lane otherwise |
/// | `urgency = "high"` | `"high"`, `"normal"` or `"low"`: which events of a lane come first; `"normal"` by default |
/// | `async` | admits `async fn` handlers; emitted with `emit_async(..).await` |
/// | `unhandled = "allow"` | having no handler is no mistake |
/// | `crate = path` | where the crate `events` is found, if not at `::events` |
///
/// The type stays as it is. It must own its data (`Send + Sync + 'static`) and have no generics: a table belongs to one
/// type.
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
/// On a lane, events of one key are handled one after the other, in the order in which they were sent. A lane knows a key by 32
/// bits of a hash of the field. The hash has no secret, and stays the same for ever: in every build, in every process, in
/// every version of this crate.
///
/// Two keys with the same 32 bits share their order: events of the one wait for those of the other. Nothing is lost or out
/// of order; it costs time. Among keys that nobody chose on purpose this is rare. But whoever can choose keys, such as a
/// client that chooses ids, can find many with the same 32 bits and so hold up the events of others. Against that:
///
/// - make the key a hash of the field with a secret of your own, computed before the event is sent, by a keyed hash such
///   as SipHash or BLAKE3 (the standard library's `RandomState` will do where keys need not outlive the process);
/// - or send events with untrusted keys on a lane of their own, where they hold up each other alone.
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

/// Marks a function as a handler of the event it takes by reference.
///
/// After the event come extractors: `State<T>`, `&Context`, `Bus`, your own. It returns `()`, `Result<(), E>` or
/// `ControlFlow<()>`, or `ControlFlow<StopReason>` to break for a reason. An `async fn` handles an `#[event(async)]`.
///
/// | option | meaning |
/// | --- | --- |
/// | `priority = 100` | higher runs first; an `i32`, 0 by default. Equal ones run in the order of their full paths |
/// | `when = \|e\| e.cents > 100_00` | runs only if this holds |
/// | `retry(max = 5, backoff = "10ms..1s")` | on a lane: runs again after it failed, up to 5 times after the first; see below |
/// | `timeout = "200ms"` | on a lane: an `async` handler is cancelled after this long, a synchronous one that took longer is listed by `LaneHandle::slow` |
/// | `breaker(failures = 20, cool_down = "5s")` | on a lane: after so many failures in a row it is left alone for so long; `"5s"` by default |
/// | `concurrent` | runs side by side with its neighbours of the same priority that say so too, where the event is awaited; see below |
/// | `batch` | takes many events at once, as a slice; see below |
/// | `all` | sees the events of every type, as `&AnyEvent<'_>`; see below |
/// | `emits(OrderSent, OrderBilled)` | which events it emits, for `cargo events` to draw and check; it changes nothing |
/// | `crate = path` | where the crate `events` is found, if not at `::events`: another name, or another crate that shows it |
///
/// Times are a number and one of the units `ns`, `us`, `ms`, `s`, `m` and `h`, as in `"1.5s"`.
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
/// | `max = 5` | up to 5 retries follow the first attempt |
/// | `backoff = "10ms..1s"` | the backoff before the first retry is 10 ms; it doubles with each retry, up to 1 s. One time alone, `"10ms"`, is the same for each. `"10ms..1s"` by default |
/// | `jitter = "equal"` | the delay is between half the backoff and the whole, at random, for the first retry too: the default. `"full"`: between nothing and the whole. `false`: exactly the backoff |
/// | `when = \|error\| error.is_transient()` | only an error for which this holds is retried; a panic always is. A closure or the name of a function, asked with the handler's own error |
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
/// # Side by side
///
/// Handlers run one after the other. Neighbours in the table, of one priority, that are all `concurrent` need not wait for each
/// other: `emit_async` and `dispatch_async` start them in order and let the others go on while one waits, in one task. A
/// synchronous emit runs them one after the other. They return `()` or `Result<(), E>`, since a break could not keep back those
/// that have begun; later handlers run when all of them are over, and failures are reported in the order of the table.
/// A lane on a runtime runs them so too, each under its own `timeout`, `breaker` and `retry`. A lane of threads runs them on
/// those of its workers that are idle, and where none is, one after the other.
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
/// async fn tell_warehouse(_: &OrderPaid) {}
///
/// #[handler(priority = -1)]
/// fn log(_: &OrderPaid) {}
///
/// # async fn emit(bus: &Bus) {
/// // The log is written when both are over.
/// bus.emit_async(&OrderPaid { cents: 990 }).await.into_result().unwrap();
/// # }
/// ```
///
/// # Asynchronous handlers
///
/// An `async fn` handles an `#[event(async)]`. What it asks for is lent to it, so `State` is written with its lifetime.
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
/// A batch handler takes `&[OrderPaid]`. On a lane that is what is queued, 64 events within 5 ms when there is little to
/// do and up to 1024 within 12 ms under load: `batch(size = "64..1024", linger = "5ms..12ms")`. A batch that failed is
/// retried whole, and `when` of `retry` is asked once for it; with `split` it is run in halves until the events that fail
/// are found. Whatever emits one event hands over a slice of one, in the handler's place in the
/// order.
///
/// It returns `()` or `Result<(), E>` and has no `when`: it runs apart from the event's other handlers, and its events are
/// many.
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
/// A handler of all events takes `&AnyEvent<'_>`: an audit, a log, a bridge. It looks on: it runs after the event's own
/// handlers and closures, also where one of them stopped the others, cannot stop any, and does not handle the event, which
/// is unhandled on a lane if nobody else takes it. It sees what is emitted on a bus, what is awaited, what lanes run (each
/// event once, at its first run), and the library's own events. What it emits on the bus it sees too. What it fails with is
/// in the outcome, by its name. `dispatch`, which has no bus, passes it by.
///
/// It may have a priority, among its like, and a condition, and asks for what other handlers ask for. It returns `()` or
/// `Result<(), E>`, is no `async fn`, and has none of the options for lanes.
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

/// Fuses the `#[handler]`s of an inline module or an `impl` block: those of one event and priority become one row of
/// its table, a straight run of direct calls.
///
/// They stay single in metadata and outcome, and one that fails or panics keeps none of the others from running. They
/// run in the order of their paths, where the first of them stands. In an `impl` block, `&self` is `State<Self>`.
/// One with `retry`, `timeout`, `breaker`, `batch` or `concurrent` is not fused: it may have to run by itself, and so has a row of
/// its own, where its own path puts it.
/// The attribute `handler` must be in scope where it is used, as by itself.
///
/// | option | meaning |
/// | --- | --- |
/// | `crate = path` | where the crate `events` is found, if not at `::events` |
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
