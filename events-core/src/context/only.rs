use super::Context;
use crate::handler::HandlerMeta;

/// The only handler that may run, identified by the address of its metadata.
///
/// A clone of the context does not have it: a handler that runs alone may emit another event with its context, and all
/// handlers of that event are to run.
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
    /// Runs only this one of the event's handlers: for its retry, when the others have run already.
    ///
    /// Only a [`BoundTable`](crate::bind::BoundTable) honours it, and then runs no other handler, linked or late. Any other
    /// way to emit ignores it, and a clone does not have it.
    #[doc(hidden)]
    #[must_use]
    pub fn with_only(mut self, handler: &'static HandlerMeta) -> Self {
        self.only = Only(Some(handler));
        self.limited = true;
        self
    }

    /// The only handler that may run, if the run is limited to one.
    #[doc(hidden)]
    #[inline(always)]
    pub fn only(&self) -> Option<&'static HandlerMeta> {
        self.only.0
    }

    /// Whether the context has something that applies to one run only: [`with_only`](Self::with_only) or
    /// [`with_halt`](Self::with_halt).
    #[doc(hidden)]
    #[inline(always)]
    pub fn is_of_one_run(&self) -> bool {
        #[cfg(feature = "alloc")]
        return self.only().is_some() || self.halt().is_some();
        #[cfg(not(feature = "alloc"))]
        self.only().is_some()
    }

    /// A copy without what applies to one run only. `None` if there is nothing to leave out.
    #[doc(hidden)]
    #[inline]
    pub fn for_any_run(&self) -> Option<Self> {
        self.is_of_one_run().then(|| self.clone())
    }

    /// Whether this handler is left out because only another one may run.
    #[inline]
    pub(crate) fn leaves_out(&self, handler: &'static HandlerMeta) -> bool {
        self.only().is_some_and(|only| !core::ptr::eq(only, handler))
    }
}
