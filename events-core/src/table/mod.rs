//! Tables: all handlers of one event, gathered by the linker, put in order and run.
//!
//! The code that orders and runs them takes a plain slice. Only `link` knows how the slice is made.

mod isolate;
pub(crate) mod link;
#[cfg_attr(feature = "alloc", path = "ordered_once.rs")]
#[cfg_attr(not(feature = "alloc"), path = "ordered_in_place.rs")]
mod ordered;
mod position;
#[cfg(feature = "alloc")]
mod run;
#[cfg(test)]
mod tests;

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::any::TypeId;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use isolate::isolate;
#[cfg(not(feature = "alloc"))]
pub(crate) use ordered::Link;
#[cfg(feature = "alloc")]
pub(crate) use ordered::{Members, Sorted};
#[cfg(feature = "alloc")]
pub(crate) use position::compare;
#[cfg(feature = "alloc")]
pub(crate) use run::{run, run_all, run_walk, walk};
#[cfg(feature = "alloc")]
pub(crate) use run::{run_walk_until, walk_until};

use crate::Context;
#[cfg(feature = "alloc")]
use crate::bind::{AnyBound, AnyRow, Binder};
use crate::erased::{EventRef, EventType};
use crate::event::{Event, EventMeta, SyncEvent};
use crate::handler::HandlerMeta;
use crate::outcome::Outcome;

/// All handlers of one event, as the linker gathered them. One for each event, written by `#[event]`.
///
/// Only the code that makes a table and the code that runs it with an event knows the event's type. The rest is [`AnyTable`],
/// which is compiled once and not for each event.
#[doc(hidden)]
#[repr(transparent)]
pub struct Table<E: Event> {
    any: AnyTable,
    event: PhantomData<fn(&E)>,
}

/// A table whose event is not named by the type: a [`Table`] of some event.
pub struct AnyTable {
    event: EventType,
    ordered: ordered::Ordered,
    /// Where a bus keeps its bound table of this event, plus one; see [`AnyTable::slot`].
    slot: AtomicUsize,
}

impl<E: Event> Table<E> {
    #[doc(hidden)]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        let ordered = ordered::Ordered::new();
        Self {
            any: AnyTable { event: EventType::of::<E>(), ordered, slot: AtomicUsize::new(0) },
            event: PhantomData,
        }
    }

    /// The table without the type of its event.
    #[inline(always)]
    pub const fn any(&self) -> &AnyTable {
        &self.any
    }
}

impl AnyTable {
    /// The event.
    pub fn event(&self) -> &'static EventMeta {
        self.event.meta
    }

    /// The event's type.
    pub fn type_id(&self) -> TypeId {
        self.event.id
    }

    /// Calls `see` with each handler in dispatch order, including each one of a group.
    pub fn for_each_handler(&'static self, see: &mut dyn FnMut(&'static HandlerMeta)) {
        self.ordered.for_each_handler(&self.event.id, see);
    }

    /// The index at which every bus keeps its bound table of this event, so that no search is needed. It is only a hint: the
    /// caller checks that the table there is of the event's type. `usize::MAX` before the first
    /// [`propose_slot`](Self::propose_slot).
    #[inline(always)]
    pub fn slot(&self) -> usize {
        self.slot.load(Ordering::Relaxed).wrapping_sub(1)
    }

    /// Sets [`slot`](Self::slot), unless it was set before. Returns the slot that is set.
    pub fn propose_slot(&self, slot: usize) -> usize {
        match self.slot.compare_exchange(0, slot + 1, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => slot,
            Err(agreed) => agreed - 1,
        }
    }

    /// Binds the arguments of the handlers. A row with a missing argument is noted in the binder and left out.
    #[cfg(feature = "alloc")]
    pub fn bind(&'static self, binder: &mut Binder<'_>) -> Arc<AnyBound> {
        Arc::new(AnyBound::new(&self.event, self.sorted(), binder))
    }

    /// The event's handlers, each bound and wrapped to take an event of any type.
    #[cfg(feature = "alloc")]
    pub fn bind_rows(&'static self, binder: &mut Binder<'_>) -> Vec<AnyRow> {
        AnyRow::linked(&self.event, self.sorted(), binder)
    }

    /// The rows, in order.
    #[cfg(feature = "alloc")]
    pub(crate) fn sorted(&self) -> &ordered::Sorted {
        self.ordered.get(&self.event.id)
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn event_type(&self) -> &EventType {
        &self.event
    }

    /// Runs all rows with a context that has no limits.
    ///
    /// # Safety
    /// The event is of the type of this table.
    #[inline]
    unsafe fn run_all(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe { self.ordered.run_all(&self.event.id, event, cx) }
    }

    /// Like [`run_all`](Self::run_all), with any context.
    #[inline]
    unsafe fn run_with(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe { if cx.is_limited() { self.run_unknown(event, cx) } else { self.run_all(event, cx) } }
    }

    /// Does the same as [`dispatch_with`] in less code, for a bus that does not know the event.
    ///
    /// # Safety
    /// The event is of the type of this table.
    #[cold]
    #[inline(never)]
    #[doc(hidden)]
    pub unsafe fn run_unknown(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        let for_all = cx.for_any_run();
        // SAFETY: the caller's.
        unsafe { self.ordered.run(&self.event.id, event, for_all.as_ref().unwrap_or(cx)) }
    }
}

/// Runs the handlers of an event on this thread, without a bus, and returns when all are done.
///
/// A handler that takes `State` cannot run without a bus: it is reported as a failure of the outcome. Closures and handlers
/// of all events do not run either, since they belong to a bus. Works without `std` and without an allocator. The first
/// dispatch of an event sorts its handlers.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct ButtonPressed { id: u8 }
///
/// #[handler]
/// fn blink(event: &ButtonPressed) { assert_eq!(event.id, 3); }
///
/// assert_eq!(events::dispatch(&ButtonPressed { id: 3 }).ran(), 1);
/// ```
#[inline(always)]
pub fn dispatch<E: SyncEvent>(event: &E) -> Outcome {
    // SAFETY: the event is of the type of its table.
    unsafe { E::__table().any().run_all(EventRef::new(event), Context::empty()) }
}

/// Runs the handlers of an event like [`dispatch`], with a context.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct RequestReceived;
///
/// #[handler]
/// fn count_request(_: &RequestReceived, cx: &Context) -> Result<(), &'static str> {
///     cx.meta("tenant").map(drop).ok_or("the tenant is missing")
/// }
///
/// let cx = Context::new().with_meta("tenant", "acme");
/// assert!(events::dispatch_with(&RequestReceived, &cx).is_ok());
/// assert!(!events::dispatch(&RequestReceived).is_ok());
/// ```
#[inline(always)]
pub fn dispatch_with<E: SyncEvent>(event: &E, cx: &Context) -> Outcome {
    // SAFETY: the event is of the type of its table.
    unsafe { E::__table().any().run_with(EventRef::new(event), cx) }
}

/// Runs the handlers of an event in this task, without a bus.
///
/// Handlers run one after the other; those that are `concurrent` share the task. It takes synchronous events too. What
/// [`dispatch`] says of state, closures and handlers of all events holds here as well.
///
/// ```standalone_crate
/// use events::prelude::*;
///
/// #[event(async)]
/// struct NameEntered { name: String }
///
/// #[handler]
/// async fn look_up(entered: &NameEntered) -> Result<(), String> {
///     if entered.name.is_empty() { Err("a name is needed".into()) } else { Ok(()) }
/// }
///
/// # let emit = async {
/// let outcome = events::dispatch_async(&NameEntered { name: String::new() }).await;
/// assert_eq!((outcome.ran(), outcome.failed()), (1, 1));
/// # };
/// # let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// # assert!(std::pin::pin!(emit).poll(&mut cx).is_ready());
/// ```
#[cfg(feature = "alloc")]
pub async fn dispatch_async<E: Event>(event: &E) -> Outcome {
    dispatch_async_with(event, Context::empty()).await
}

/// Runs the handlers of an event like [`dispatch_async`], with a context. Its limits are checked before each handler.
///
/// ```
/// use std::time::Duration;
/// use events::outcome::Stop;
/// use events::prelude::*;
///
/// #[event]
/// struct QueryTyped;
///
/// #[handler]
/// fn search(_: &QueryTyped) {}
///
/// # let emit = async {
/// let expired = Context::new().with_timeout(Duration::ZERO);
/// let outcome = events::dispatch_async_with(&QueryTyped, &expired).await;
/// assert_eq!((outcome.ran(), outcome.stopped()), (0, Some(Stop::Deadline)));
/// # };
/// # let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// # assert!(std::pin::pin!(emit).poll(&mut cx).is_ready());
/// ```
#[cfg(feature = "alloc")]
pub async fn dispatch_async_with<E: Event>(event: &E, cx: &Context) -> Outcome {
    // SAFETY: the event is of the type of its table.
    unsafe { run_unbound(&E::__table().any, EventRef::new(event), cx) }.await
}

/// # Safety
/// The event is of the type of the table.
#[cfg(feature = "alloc")]
async unsafe fn run_unbound(table: &AnyTable, event: EventRef<'_>, cx: &Context) -> Outcome {
    use crate::bind::{Call, run_async};
    use crate::handler::Kind;

    let rows = table.sorted().entries().iter().map(|entry| {
        let call = match &entry.kind {
            Kind::Sync { call, .. } => Call::Sync(call),
            Kind::Async { call, .. } => Call::Async(call, None),
        };
        (call, entry.members())
    });
    // It is in a box because it is rarely there, and the future should stay small.
    let for_all = cx.for_any_run().map(Box::new);
    // SAFETY: the rows of a table take its event, which the caller gives.
    unsafe { run_async(rows, &table.event, event, for_all.as_deref().unwrap_or(cx)) }.await
}
