//! The bus: tables bound to one set of state.

mod builder;
mod error;
mod extract;
mod lanes;
mod problem;
mod send;
mod subscribe;
pub(crate) mod tables;
mod to_lane;

use std::fmt;
use std::sync::Arc;

pub use builder::BusBuilder;
pub use error::BuildError;
use events_core::event::{Event, SyncEvent};
use events_core::private::plumbing::{AnyTable, EventRef, StateMap};
use events_core::{Context, Outcome, table};
pub use problem::{BuildProblem, ProblemPlace};
pub use to_lane::ToLane;

use crate::lane::{Host, LaneHost, Lanes, Route, Store};
use crate::subscription::Subscriptions;
use tables::Tables;

/// All tables of the program, bound to one set of state: it runs the handlers of an event at once, or later on a lane.
///
/// A bus is an ordinary value: a program can have several, which share nothing. A clone is a handle to the same bus.
///
/// Dropping the last handle shuts the bus down, as [`shutdown`](Self::shutdown) does. It waits for events on lanes up to
/// [`drain_on_drop`](BusBuilder::drain_on_drop), 5 s by default.
///
/// ```standalone_crate
/// use events::prelude::*;
///
/// #[event]
/// struct UserJoined { name: String }
///
/// struct Greeting(&'static str);
///
/// #[handler]
/// fn greet(event: &UserJoined, greeting: State<Greeting>) {
///     println!("{}, {}!", greeting.0, event.name);
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bus = Bus::builder().state(Greeting("Hello")).build()?;
/// bus.emit(&UserJoined { name: "Ada".into() }).into_result()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Bus {
    pub(crate) inner: Arc<Inner>,
    /// Set in the handles of the program only, not in those of workers and handlers. When the last one is dropped, the
    /// bus shuts down.
    _owner: Option<Arc<Owner>>,
}

/// Drains the lanes when the program has dropped its last handle.
struct Owner {
    inner: Arc<Inner>,
}

/// What all handles share. Workers hold it too, so that they can finish what was sent.
pub(crate) struct Inner {
    pub(crate) lanes: Lanes,
    pub(crate) letters: Arc<Store>,
    pub(crate) tables: Tables,
    pub(crate) subscriptions: Subscriptions,
    state: StateMap,
}

impl Bus {
    /// Starts to describe a bus: give it state and lanes, then call [`build`](BusBuilder::build).
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let bus = Bus::builder().state(7_u32).build().unwrap();
    /// assert_eq!(bus.state::<u32>(), Some(&7));
    /// ```
    pub fn builder() -> BusBuilder {
        BusBuilder::new()
    }

    /// Runs the event's handlers now, on this thread, then the closures that are subscribed to it. The outcome reports each handler
    /// that failed or panicked; the others run all the same.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct OrderPaid { cents: u64 }
    ///
    /// #[handler]
    /// fn check(event: &OrderPaid) -> Result<(), String> {
    ///     if event.cents > 0 { Ok(()) } else { Err("an order costs something".into()) }
    /// }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// assert!(bus.emit(&OrderPaid { cents: 990 }).is_ok());
    /// let outcome = bus.emit(&OrderPaid { cents: 0 });
    /// assert_eq!(outcome.failures()[0].error().unwrap().to_string(), "an order costs something");
    /// ```
    #[inline(always)]
    pub fn emit<E: SyncEvent>(&self, event: &E) -> Outcome {
        // SAFETY: the event is of the type of its table.
        unsafe { self.emit_any(E::__table().any(), EventRef::new(event)) }
    }

    /// Like [`emit`](Self::emit), with a context that the handlers see. Once its deadline has passed or it is cancelled, no further
    /// handler begins.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let cx = Context::new().with_timeout(Duration::from_secs(10));
    /// assert_eq!(bus.emit_with(&Tick, &cx).ran(), 1);
    /// let late = Context::new().with_timeout(Duration::ZERO);
    /// assert_eq!(bus.emit_with(&Tick, &late).stopped(), Some(Stop::Deadline));
    /// ```
    #[inline(always)]
    pub fn emit_with<E: SyncEvent>(&self, event: &E, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of its table.
        unsafe { self.emit_any_with(E::__table().any(), EventRef::new(event), cx) }
    }

    /// What [`emit`](Self::emit) does, compiled once and not for each event.
    ///
    /// # Safety
    /// The event is of the type of the table.
    #[inline(always)]
    unsafe fn emit_any(&self, table: &AnyTable, event: EventRef<'_>) -> Outcome {
        // SAFETY: the bound table is for the event type of `table`, and the caller guarantees that `event` is of that
        // type.
        unsafe {
            match self.inner.tables.bound(table) {
                Some(bound) => bound.emit(event),
                None => table.run_unknown(event, Context::empty()),
            }
        }
    }

    /// Like [`emit_any`](Self::emit_any).
    ///
    /// # Safety
    /// The event is of the type of the table.
    #[inline(always)]
    unsafe fn emit_any_with(&self, table: &AnyTable, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: as in `emit_any`.
        unsafe {
            if cx.is_of_one_run() {
                return self.emit_to_all(table, event, cx);
            }
            match self.inner.tables.bound(table) {
                Some(bound) => bound.emit_with(event, cx),
                None => table.run_unknown(event, cx),
            }
        }
    }

    /// Emits with a context that a handler received in a run of its own, such as a retry. The clone lacks that
    /// restriction, so all handlers of the emitted event run.
    ///
    /// # Safety
    /// The event is of the type of the table.
    #[cold]
    unsafe fn emit_to_all(&self, table: &AnyTable, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller guarantees it.
        unsafe { self.emit_any_with(table, event, &cx.clone()) }
    }

    /// Runs the event's handlers now, in this task, one after the other, then the closures that are subscribed to it.
    /// Consecutive handlers of one priority that are all `concurrent` run concurrently. No runtime is needed, unless a
    /// handler needs one.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event(async)]
    /// struct Signup { mail: &'static str }
    /// #[handler]
    /// async fn welcome(event: &Signup) { assert_eq!(event.mail, "ada@example.org"); }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let bus = Bus::builder().build().unwrap();
    /// let outcome = bus.emit_async(&Signup { mail: "ada@example.org" }).await;
    /// assert!(outcome.is_ok() && outcome.ran() == 1);
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// Not cancel safe. If the future is dropped before it is done, the handlers that run are dropped at their `.await`, no others
    /// start, and no outcome reports which have run. If each handler has to run, [`send`](Self::send) the event.
    pub async fn emit_async<E: Event>(&self, event: &E) -> Outcome {
        self.emit_async_with(event, Context::empty()).await
    }

    /// Like [`emit_async`](Self::emit_async), with a context, as in [`emit_with`](Self::emit_with).
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event(async)]
    /// struct Signup;
    /// #[handler]
    /// async fn welcome(_: &Signup, cx: &Context) { assert_eq!(cx.meta("tenant"), Some("acme")); }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let bus = Bus::builder().build().unwrap();
    /// let cx = Context::new().with_meta("tenant", "acme");
    /// assert!(bus.emit_async_with(&Signup, &cx).await.is_ok());
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// As [`emit_async`](Self::emit_async).
    pub async fn emit_async_with<E: Event>(&self, event: &E, cx: &Context) -> Outcome {
        // Boxed, to keep the future small: this copy is rarely needed.
        let for_all = cx.for_any_run().map(Box::new);
        let cx = for_all.as_deref().unwrap_or(cx);
        match self.inner.tables.get::<E>() {
            Some(table) => table.emit_async(event, cx).await,
            None => table::dispatch_async_with(event, cx).await,
        }
    }

    /// The state of type `T`, if the bus was given one.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let bus = Bus::builder().state(7_u32).build().unwrap();
    /// assert_eq!(bus.state::<u32>(), Some(&7));
    /// assert_eq!(bus.state::<String>(), None);
    /// ```
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.inner.state.get::<T>().map(Arc::as_ref)
    }

    /// How many linked handlers an emit of `E` runs at most: a condition (`when = ..`), a handler that stops the others or a deadline
    /// may leave some out. Closures do not count.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    /// #[handler]
    /// fn also_on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// assert_eq!(bus.handlers_of::<Tick>(), 2);
    /// ```
    pub fn handlers_of<E: Event>(&self) -> usize {
        self.inner.tables.get::<E>().map_or(0, |table| table.len())
    }
}

impl Host for Inner {
    fn end_if_finished(&self) -> bool {
        self.lanes.end_if_finished()
    }

    fn for_each_route(&self, see: &mut dyn FnMut(&Route)) {
        self.tables.for_each_route(see);
    }
}

impl LaneHost for Bus {
    fn lanes(&self) -> &Lanes {
        &self.inner.lanes
    }

    fn host(&self) -> Arc<dyn Host> {
        self.inner.clone()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.inner.lanes.drain_on_drop();
    }
}

/// Drops all messages first: they point to their routes, which are fields and so are dropped after this.
impl Drop for Inner {
    fn drop(&mut self) {
        self.lanes.clear();
        self.letters.clear();
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus").field("tables", &self.inner.tables.len()).finish_non_exhaustive()
    }
}
