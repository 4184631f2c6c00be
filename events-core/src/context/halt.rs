use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

use super::Context;

/// Whether the lane that runs the handlers has ended: then no further one begins.
///
/// A clone is without it, as it is for what a handler does with the context, not for the run of the handlers.
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
    /// Has no further handler of this run begin once `halt` is set. For a [`BoundTable`](crate::bind::BoundTable); any other
    /// way to emit takes no notice of it, and a clone is without it.
    #[doc(hidden)]
    #[must_use]
    pub fn with_halt(mut self, halt: Arc<AtomicBool>) -> Self {
        self.halt = Halt(Some(halt));
        self.limited = true;
        self
    }

    /// Whether no further handler of this run may begin.
    #[inline]
    pub(crate) fn is_halted(&self) -> bool {
        self.halt.0.as_ref().is_some_and(|halt| halt.load(Ordering::Acquire))
    }

    /// What says so, if anything does.
    #[inline(always)]
    pub(crate) fn halt(&self) -> Option<&AtomicBool> {
        self.halt.0.as_deref()
    }
}
