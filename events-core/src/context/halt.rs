use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

use super::Context;

/// A flag that is set once the lane that runs the handlers has ended: no further handler starts then.
///
/// A clone of the context has no such flag. It limits this run of the handlers, not what a handler emits with the context.
#[derive(Debug)]
pub(super) struct Halt(Option<Arc<AtomicBool>>);

impl Halt {
    pub(super) const NONE: Self = Self(None);
}

impl Clone for Halt {
    fn clone(&self) -> Self {
        Self::NONE
    }
}

impl Context {
    /// Stops this run before the next handler once `halt` is set. Only a [`BoundTable`](crate::bind::BoundTable) checks it;
    /// any other way to emit ignores it, and a clone does not have it.
    #[doc(hidden)]
    #[must_use]
    pub fn with_halt(mut self, halt: Arc<AtomicBool>) -> Self {
        self.halt = Halt(Some(halt));
        self.limited = true;
        self
    }

    /// Whether no further handler of this run may start.
    #[inline]
    pub(crate) fn is_halted(&self) -> bool {
        self.halt.0.as_ref().is_some_and(|halt| halt.load(Ordering::Acquire))
    }

    /// The flag that stops the run, if there is one.
    #[inline(always)]
    pub(crate) fn halt(&self) -> Option<&AtomicBool> {
        self.halt.0.as_deref()
    }
}
