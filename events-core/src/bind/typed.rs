use alloc::sync::Arc;
use core::any::TypeId;
use core::marker::PhantomData;
use core::ops::Deref;
use core::sync::atomic::AtomicBool;

use super::{AnyBound, Binder, LateOne};
use crate::Context;
use crate::erased::EventRef;
use crate::event::Event;
use crate::outcome::{Outcome, Stop};

/// The table of one event, bound to one set of state.
///
/// Only what takes an event is here, and only to keep the event's type: the rest is [`AnyBound`], compiled once.
#[repr(transparent)]
pub struct BoundTable<E: Event> {
    any: AnyBound,
    event: PhantomData<fn(&E)>,
}

impl<E: Event> Deref for BoundTable<E> {
    type Target = AnyBound;

    #[inline(always)]
    fn deref(&self) -> &AnyBound {
        &self.any
    }
}

impl AnyBound {
    /// The type of the event.
    pub fn event_id(&self) -> TypeId {
        self.event().id
    }

    /// The same with the type of its event.
    ///
    /// # Safety
    /// The event is an `E`: [`event_id`](Self::event_id) is `E`'s.
    #[inline(always)]
    pub unsafe fn typed<E: Event>(&self) -> &BoundTable<E> {
        // SAFETY: a `BoundTable` is a transparent `AnyBound`, and the type of its event is the caller's to know.
        unsafe { &*core::ptr::from_ref(self).cast() }
    }

    /// The same with the type of its event, to be kept. `None` if that is no `E`.
    pub fn typed_shared<E: Event>(self: Arc<Self>) -> Option<Arc<BoundTable<E>>> {
        if self.event_id() != TypeId::of::<E>() {
            return None;
        }
        // SAFETY: a `BoundTable` is a transparent `AnyBound`, and of this event.
        Some(unsafe { Arc::from_raw(Arc::into_raw(self).cast()) })
    }
}

impl<E: Event> BoundTable<E> {
    /// Binds the table of `E`. What is missing is noted in the binder, and its rows are left out.
    pub fn bind(binder: &mut Binder<'_>) -> Self {
        let table = E::__table().any();
        Self { any: AnyBound::new(table.event_type(), table.sorted(), binder), event: PhantomData }
    }

    #[inline(always)]
    pub(super) fn any(&self) -> &AnyBound {
        &self.any
    }

    /// Runs the synchronous rows, in order, then the late handlers.
    #[inline(always)]
    pub fn emit(&self, event: &E) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any.emit(EventRef::new(event)) }
    }

    /// Like [`emit`](Self::emit), with a context that may stop it.
    #[inline(always)]
    pub fn emit_with(&self, event: &E, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any.emit_with(EventRef::new(event), cx) }
    }

    /// Like [`emit`](Self::emit), for a lane: no further handler begins once `halt` is set, which is the one of `cx`. The
    /// handlers see the empty context. A fused group that has begun is one step.
    #[inline(always)]
    pub fn emit_until(&self, event: &E, halt: &AtomicBool, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any.emit_until(EventRef::new(event), halt, cx) }
    }

    /// Runs all rows, in order, one after the other, then the late handlers.
    pub async fn emit_async(&self, event: &E, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any.emit_async(EventRef::new(event), cx) }.await
    }

    /// Runs the late handlers of either kind, and no row. `stopped` says what kept rows from running: the closures are then
    /// not reached, and those that look on are.
    pub async fn emit_late_only(&self, event: &E, cx: &Context, stopped: Option<Stop>) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any.emit_late_only(EventRef::new(event), cx, stopped) }.await
    }

    /// Runs one late handler alone, again after it failed. `None` if it is not there, or not any more.
    pub async fn emit_late_one(&self, one: LateOne, event: &E, cx: &Context) -> Option<Outcome> {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any.emit_late_one(one, EventRef::new(event), cx) }.await
    }
}
