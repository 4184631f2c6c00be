use super::Context;
use crate::handler::HandlerMeta;

/// The one handler that is to run, known by the address of its metadata.
///
/// A clone is for all handlers. A handler that runs alone may pass its context on, to an event whose handlers are to run,
/// all of them.
#[derive(Debug)]
pub(super) struct Only(Option<&'static HandlerMeta>);

impl Only {
    pub(super) const NONE: Self = Self(None);
}

impl Clone for Only {
    fn clone(&self) -> Self {
        Self::NONE
    }
}

impl Context {
    /// Runs this handler alone, of all that an event has: again after it failed, the others having done their work.
    ///
    /// For a [`BoundTable`](crate::bind::BoundTable), which runs no other handler under it, linked or late. Any other way
    /// to emit takes no notice of it, and a clone is without it.
    #[doc(hidden)]
    #[must_use]
    pub fn with_only(mut self, handler: &'static HandlerMeta) -> Self {
        self.only = Only(Some(handler));
        self.limited = true;
        self
    }

    /// The one handler that is to run, if there is one.
    #[doc(hidden)]
    #[inline(always)]
    pub fn only(&self) -> Option<&'static HandlerMeta> {
        self.only.0
    }

    /// Whether it says how one run of handlers goes: which of them run, or that no further one begins.
    #[doc(hidden)]
    #[inline(always)]
    pub fn is_of_one_run(&self) -> bool {
        #[cfg(feature = "alloc")]
        return self.only().is_some() || self.halt().is_some();
        #[cfg(not(feature = "alloc"))]
        self.only().is_some()
    }

    /// The same for any run, if this one is for one run alone.
    #[doc(hidden)]
    #[inline]
    pub fn for_any_run(&self) -> Option<Self> {
        self.is_of_one_run().then(|| self.clone())
    }

    /// Whether this handler is left out, since another one is to run alone.
    #[inline]
    pub(crate) fn leaves_out(&self, handler: &'static HandlerMeta) -> bool {
        self.only().is_some_and(|only| !core::ptr::eq(only, handler))
    }
}
