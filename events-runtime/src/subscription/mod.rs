//! Closures that are handlers of an event for a time.
//!
//! [`Bus::subscribe`] is the short form. [`Bus::subscription`] starts a [`SubscriptionBuilder`], which gives the closure a name,
//! a priority, a condition or retries. A closure of [`Bus::subscribe_all`] sees the events of every type.
//!
//! [`Bus::subscribe`]: crate::Bus::subscribe
//! [`Bus::subscription`]: crate::Bus::subscription
//! [`Bus::subscribe_all`]: crate::Bus::subscribe_all

mod builder;
mod gate;
mod list;
mod live;
mod observers;
mod primitive;
mod spare;

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

pub use builder::{ObserverBuilder, SubscriptionBuilder};
use events_core::event::Event;
pub use events_core::handler::{ClosureId, ClosureMeta};
pub use events_core::private::plumbing::BoxFuture;
use events_core::private::plumbing::{Closure, LateCell};

use crate::bus::tables::Tables;
use list::{List, Slot};
use live::Live;
use observers::Observers;

/// Keeps a closure subscribed. Dropping it unsubscribes the closure.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct Tick;
///
/// let bus = Bus::builder().build().unwrap();
/// let guard = bus.subscribe(|_: &Tick| ());
/// assert_eq!(guard.id(), bus.subscriptions::<Tick>()[0].id);
/// assert_eq!(bus.emit(&Tick).ran(), 1);
/// drop(guard);
/// assert_eq!(bus.emit(&Tick).ran(), 0);
/// ```
///
/// When the drop returns, the closure does not start again, and its runs on other threads have ended. So do not drop the guard
/// while you hold a lock that the closure takes.
///
/// In two cases the drop does not wait:
///
/// - Inside of a subscribed closure, whether the guard is its own or another's, since two closures could wait for each other. A
///   run that another thread has begun may then still go on.
/// - For an asynchronous closure that is suspended at an `.await`. Its run ends there, and is not polled again.
#[must_use = "dropping the guard unsubscribes at once; `detach` keeps the closure for as long as the bus"]
pub struct Subscription {
    slot: Arc<Slot>,
    is_detached: bool,
}

impl Subscription {
    /// Keeps the closure subscribed for as long as the bus lives.
    ///
    /// If the closure has captured a handle to the bus, the bus then lives for ever.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.subscribe(|_: &Tick| println!("tick")).detach();
    /// assert_eq!(bus.emit(&Tick).ran(), 1);
    /// ```
    pub fn detach(mut self) {
        self.is_detached = true;
    }

    /// Identifies the closure among the others of its bus. Failures, dead letters and
    /// [`Bus::subscriptions`](crate::Bus::subscriptions) carry the same id.
    pub fn id(&self) -> ClosureId {
        self.slot.id
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if !self.is_detached {
            self.slot.gate.close();
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscription").field(&self.slot.id).finish()
    }
}

/// What is subscribed on a bus, beside what hangs off its tables.
pub(crate) struct Subscriptions {
    all: Arc<Observers>,
    /// Whether every table knows of the handlers of all events.
    attached: OnceLock<()>,
}

impl Subscriptions {
    /// With these linked handlers of all events.
    pub(crate) fn new(linked: Vec<Closure>, tables: &Tables) -> Self {
        let own = Self { all: Arc::new(Observers::new(linked)), attached: OnceLock::new() };
        if own.all.has_linked() {
            own.attach(tables);
        }
        own
    }

    fn attach(&self, tables: &Tables) {
        self.attached.get_or_init(|| {
            for late in tables.late() {
                self.live(late);
            }
        });
    }

    /// What runs after a table, made where there was nothing.
    fn live<'a>(&self, late: &'a LateCell) -> Option<&'a Live> {
        if late.get().is_none() {
            late.set(Box::new(Live::new(self.all.clone())));
        }
        live(late)
    }

    /// Adds a closure for the events of one type.
    pub(crate) fn add<E: Event>(&self, tables: &Tables, closure: Closure, meta: ClosureMeta) -> Subscription {
        // A bus without a table of the event never emits it.
        let live = tables.get::<E>().and_then(|table| self.live(table.late()));
        subscribe(live.map(Live::own_or_new), closure, meta)
    }

    /// Adds a closure for all events.
    pub(crate) fn add_observer(&self, tables: &Tables, closure: Closure, meta: ClosureMeta) -> Subscription {
        let subscription = subscribe(Some(self.all.subscribed.get_or_init(List::new)), closure, meta);
        self.attach(tables);
        subscription
    }

    /// The closures subscribed to the events of one type, in the order in which they run.
    pub(crate) fn list<E: Event>(tables: &Tables) -> Vec<ClosureMeta> {
        let live = tables.get::<E>().and_then(|table| live(table.late()));
        live.and_then(Live::own).map_or_else(Vec::new, metas)
    }

    /// The closures subscribed to all events, in the order in which they run.
    pub(crate) fn list_observers(&self) -> Vec<ClosureMeta> {
        self.all.subscribed.get().map_or_else(Vec::new, metas)
    }
}

fn subscribe(list: Option<&List>, closure: Closure, meta: ClosureMeta) -> Subscription {
    let slot = Slot::new(closure, meta);
    if let Some(list) = list {
        list.push(slot.clone());
    }
    Subscription { slot, is_detached: false }
}

fn live(late: &LateCell) -> Option<&Live> {
    (late.get()? as &dyn Any).downcast_ref()
}

fn metas(list: &List) -> Vec<ClosureMeta> {
    list.open().iter().filter_map(|slot| slot.meta()).collect()
}
