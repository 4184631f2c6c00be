//! Tables: all handlers of one event, gathered by the linker, put in order and run.
//!
//! What orders and runs them takes a plain slice; only `link` knows how the slice came about.

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
/// The event's type is known where a table is made and where it is run with an event, and nowhere between: the rest is
/// [`AnyTable`], compiled once.
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

    /// The same without the type of its event.
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

    /// Calls `see` with each handler, in dispatch order, those in groups singly.
    pub fn for_each_handler(&'static self, see: &mut dyn FnMut(&'static HandlerMeta)) {
        self.ordered.for_each_handler(&self.event.id, see);
    }

    /// The index at which every bus keeps its bound table of this event: a hint, agreed on once and found without a
    /// search; whoever uses it makes sure that what is there is of the event's type. `usize::MAX` before the first
    /// [`propose_slot`](Self::propose_slot).
    #[inline(always)]
    pub fn slot(&self) -> usize {
        self.slot.load(Ordering::Relaxed).wrapping_sub(1)
    }

    /// Agrees on `slot` as the one of [`slot`](Self::slot), unless another was agreed on before. Returns the one agreed on.
    pub fn propose_slot(&self, slot: usize) -> usize {
        match self.slot.compare_exchange(0, slot + 1, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => slot,
            Err(agreed) => agreed - 1,
        }
    }

    /// The event's table with its arguments bound. What is missing is noted in the binder, and its rows are left out.
    #[cfg(feature = "alloc")]
    pub fn bind(&'static self, binder: &mut Binder<'_>) -> Arc<AnyBound> {
        Arc::new(AnyBound::new(&self.event, self.sorted(), binder))
    }

    /// The event's handlers, each bound and made to take any event.
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

    /// Runs all rows, under a context that cannot stop them.
    ///
    /// # Safety
    /// The event is of the type of this table.
    #[inline]
    unsafe fn run_all(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe { self.ordered.run_all(&self.event.id, event, cx) }
    }

    /// Like [`run_all`](Self::run_all), under any context.
    #[inline]
    unsafe fn run_with(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe { if cx.is_limited() { self.run_unknown(event, cx) } else { self.run_all(event, cx) } }
    }

    /// What [`dispatch_with`] does, in little code: for a bus that does not know the event.
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

/// Runs the handlers of an event on this thread, without a bus.
///
/// A handler that asks for state cannot run here: it is a failure of the outcome that says so. Works without `std` and
/// without an allocator; the first dispatch of an event puts its table in order.
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

/// Like [`dispatch`], with a context.
#[inline(always)]
pub fn dispatch_with<E: SyncEvent>(event: &E, cx: &Context) -> Outcome {
    // SAFETY: the event is of the type of its table.
    unsafe { E::__table().any().run_with(EventRef::new(event), cx) }
}

/// Runs the handlers of an event in this task, one after the other, without a bus.
///
/// See [`dispatch`].
#[cfg(feature = "alloc")]
pub async fn dispatch_async<E: Event>(event: &E) -> Outcome {
    dispatch_async_with(event, Context::empty()).await
}

/// Like [`dispatch_async`], with a context.
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
    // In a box: nearly never there, and the future is to stay small.
    let for_all = cx.for_any_run().map(Box::new);
    // SAFETY: the rows of a table take its event, which the caller gives.
    unsafe { run_async(rows, &table.event, event, for_all.as_deref().unwrap_or(cx)) }.await
}
