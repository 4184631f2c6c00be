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
use core::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use isolate::isolate;
#[cfg(not(feature = "alloc"))]
pub(crate) use ordered::Link;
#[cfg(feature = "alloc")]
pub(crate) use ordered::Members;
#[cfg(feature = "alloc")]
pub(crate) use position::compare;
#[cfg(feature = "alloc")]
pub(crate) use run::{Progress, run, run_all, run_walk, walk};
#[cfg(feature = "alloc")]
pub(crate) use run::{run_walk_until, walk_until};

use crate::Context;
#[cfg(feature = "alloc")]
use crate::bind::{AnyBound, AnyRow, Binder, BoundTable};
use crate::event::{Event, EventMeta, SyncEvent};
use crate::handler::HandlerMeta;
use crate::outcome::Outcome;

/// All handlers of one event, as the linker gathered them. One for each event, written by `#[event]`.
#[doc(hidden)]
pub struct Table<E: Event> {
    ordered: ordered::Ordered<E>,
    /// Where a bus keeps its bound table of this event, plus one; see [`Table::slot`].
    slot: AtomicUsize,
}

impl<E: Event> Table<E> {
    #[doc(hidden)]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self { ordered: ordered::Ordered::new(), slot: AtomicUsize::new(0) }
    }

    /// The index at which every bus keeps its bound table of this event: a hint, agreed on once and found without a
    /// search; whoever uses it makes sure that what is there is of the event's type. `usize::MAX` before the first
    /// [`propose_slot`](AnyTable::propose_slot).
    #[inline(always)]
    pub fn slot(&self) -> usize {
        self.slot.load(Ordering::Relaxed).wrapping_sub(1)
    }

    /// The rows, in order.
    #[cfg(feature = "alloc")]
    pub(crate) fn sorted(&'static self) -> &'static ordered::Sorted<E> {
        self.ordered.get()
    }
}

/// A table whose event is not named by the type.
#[doc(hidden)]
pub trait AnyTable: Sync {
    /// The event.
    fn event(&self) -> &'static EventMeta;

    /// Calls `see` with each handler, in dispatch order, those in groups singly.
    fn for_each_handler(&'static self, see: &mut dyn FnMut(&'static HandlerMeta));

    /// Agrees on `slot` as the one of [`Table::slot`], unless another was agreed on before. Returns the one agreed on.
    fn propose_slot(&self, slot: usize) -> usize;

    /// The event's bound table, a [`BoundTable<E>`].
    #[cfg(feature = "alloc")]
    fn bind(&'static self, binder: &mut Binder<'_>) -> Arc<dyn AnyBound>;

    /// The event's type.
    fn type_id(&self) -> TypeId;

    /// The event's handlers, each bound and made to take any event.
    #[cfg(feature = "alloc")]
    fn bind_rows(&'static self, binder: &mut Binder<'_>) -> Vec<AnyRow>;
}

impl<E: Event> AnyTable for Table<E> {
    fn event(&self) -> &'static EventMeta {
        E::META
    }

    fn for_each_handler(&'static self, see: &mut dyn FnMut(&'static HandlerMeta)) {
        self.ordered.for_each_handler(see);
    }

    fn propose_slot(&self, slot: usize) -> usize {
        match self.slot.compare_exchange(0, slot + 1, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => slot,
            Err(agreed) => agreed - 1,
        }
    }

    #[cfg(feature = "alloc")]
    fn bind(&'static self, binder: &mut Binder<'_>) -> Arc<dyn AnyBound> {
        Arc::new(BoundTable::<E>::bind(binder))
    }

    fn type_id(&self) -> TypeId {
        TypeId::of::<E>()
    }

    #[cfg(feature = "alloc")]
    fn bind_rows(&'static self, binder: &mut Binder<'_>) -> Vec<AnyRow> {
        AnyRow::linked::<E>(binder)
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
#[inline]
pub fn dispatch<E: SyncEvent>(event: &E) -> Outcome {
    let table = E::__table();
    table.ordered.run_all(event, Context::empty())
}

/// Like [`dispatch`], with a context.
#[inline]
pub fn dispatch_with<E: SyncEvent>(event: &E, cx: &Context) -> Outcome {
    let table = E::__table();
    if cx.is_limited() { dispatch_unknown(event, cx) } else { table.ordered.run_all(event, cx) }
}

/// What [`dispatch_with`] does, in little code: for a bus that does not know the event.
#[cold]
#[inline(never)]
#[doc(hidden)]
pub fn dispatch_unknown<E: SyncEvent>(event: &E, cx: &Context) -> Outcome {
    let table = E::__table();
    let for_all = cx.for_any_run();
    table.ordered.run(event, for_all.as_ref().unwrap_or(cx))
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
    use crate::bind::{Call, run_async};
    use crate::handler::Kind;

    let rows = E::__table().sorted().entries().iter().map(|entry| {
        let call = match &entry.kind {
            Kind::Sync { call, .. } => Call::Sync(call),
            Kind::Async { call, .. } => Call::Async(call, None),
        };
        (call, entry.members())
    });
    // In a box: nearly never there, and the future is to stay small.
    let for_all = cx.for_any_run().map(Box::new);
    run_async(rows, event, for_all.as_deref().unwrap_or(cx)).await
}
