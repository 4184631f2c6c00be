//! Handlers that are not in the table of their event: closures, which are subscribed at run time, and handlers of all events.

use alloc::boxed::Box;
use core::any::Any;

use once_cell::race::OnceBox;

use super::{AnyBound, BoxFuture};
use crate::Context;
use crate::erased::{EventRef, EventType};
use crate::event::AnyEvent;
use crate::handler::{ClosureId, HandlerMeta};
use crate::outcome::{Outcome, Stop};

/// Handlers that run after those of the table: closures, which are subscribed at run time, and handlers of all events.
///
/// It knows events as [`AnyEvent`], so it is compiled once and not for each event.
pub trait Late: Any + Send + Sync {
    /// Runs them with an event that the handlers of the table have seen, and adds what they did. Those that are asynchronous
    /// do nothing.
    fn emit(&self, event: &AnyEvent<'_>, outcome: Outcome) -> Outcome;

    /// Whether some of them are asynchronous.
    fn is_async(&self) -> bool {
        false
    }

    /// Like [`emit`](Self::emit), for handlers of either kind.
    fn emit_async<'a>(&'a self, event: AnyEvent<'a>, outcome: Outcome) -> BoxFuture<'a, Outcome> {
        let outcome = self.emit(&event, outcome);
        Box::pin(core::future::ready(outcome))
    }

    /// Runs one of them alone, again after it failed. `None` if it is not there, or not any more.
    fn emit_one<'a>(&'a self, one: LateOne, event: AnyEvent<'a>) -> BoxFuture<'a, Option<Outcome>> {
        let _ = (one, event);
        Box::pin(core::future::ready(None))
    }
}

/// One of the late handlers.
#[derive(Clone, Copy, Debug)]
pub enum LateOne {
    /// A closure, by its id.
    Closure(ClosureId),
    /// A linked handler of all events, by the address of its metadata.
    Handler(&'static HandlerMeta),
}

/// The late handlers of a bound table. It is empty until the first is added.
pub struct LateCell(OnceBox<Box<dyn Late>>);

impl LateCell {
    pub(super) const fn new() -> Self {
        Self(OnceBox::new())
    }

    /// The late handlers, if any were ever added. Costs one acquire load.
    #[inline(always)]
    pub fn get(&self) -> Option<&dyn Late> {
        match self.0.get() {
            None => None,
            Some(late) => Some(&**late),
        }
    }

    /// Puts them there, unless some are there already.
    pub fn set(&self, late: Box<dyn Late>) {
        // A second call has the same value.
        drop(self.0.set(Box::new(late)));
    }
}

/// Runs them, unless a handler of the table is to run alone.
///
/// # Safety
/// The event is of the type `ty`.
#[cold]
#[inline(never)]
pub(super) unsafe fn emit_late(
    late: &dyn Late,
    ty: &EventType,
    event: EventRef<'_>,
    cx: &Context,
    outcome: Outcome,
) -> Outcome {
    if cx.only().is_some() {
        return outcome;
    }
    // SAFETY: the caller's.
    let event = unsafe { AnyEvent::of(ty, event, cx) };
    late.emit(&event, outcome)
}

impl AnyBound {
    /// Runs the late handlers of either kind, and no row. See [`BoundTable::emit_late_only`](super::BoundTable).
    pub(super) async unsafe fn emit_late_only(
        &self,
        event: EventRef<'_>,
        cx: &Context,
        stopped: Option<Stop>,
    ) -> Outcome {
        let outcome = Outcome::not_reached(stopped, 0);
        // SAFETY: the caller's.
        unsafe { self.emit_late_async(event, cx, outcome) }.await
    }

    /// Runs one late handler alone, again after it failed.
    pub(super) async unsafe fn emit_late_one(
        &self,
        one: LateOne,
        event: EventRef<'_>,
        cx: &Context,
    ) -> Option<Outcome> {
        let late = self.late.get()?;
        // SAFETY: the caller's.
        let event = unsafe { AnyEvent::of(self.event(), event, cx) };
        late.emit_one(one, event).await
    }

    /// The late handlers, if they are to be awaited.
    #[inline]
    pub(super) fn awaited(&self, cx: &Context) -> Option<&dyn Late> {
        self.late.get().filter(|late| late.is_async() && cx.only().is_none())
    }
}
