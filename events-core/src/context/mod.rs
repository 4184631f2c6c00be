//! What travels with an event: trace ids, deadline, cancellation, attempt number, metadata, where it was emitted.

#[cfg(feature = "alloc")]
mod cancel;
#[cfg(feature = "alloc")]
mod halt;
#[cfg(feature = "alloc")]
mod metadata;
mod only;
#[cfg(feature = "alloc")]
mod rare;
#[cfg(feature = "std")]
mod time;
mod trace;

#[cfg(feature = "alloc")]
use alloc::sync::Arc;
use core::panic::Location;
#[cfg(feature = "std")]
use std::time::Instant;

#[cfg(feature = "alloc")]
pub use cancel::{CancelToken, Canceller};
#[cfg(feature = "std")]
#[doc(hidden)]
pub use time::TimeSource;
pub use trace::{ParseTraceError, SpanId, TraceContext, TraceId};

use self::only::Only;
use crate::outcome::Stop;

/// What travels with an event. A handler sees it as an argument of type `&Context`.
///
/// An empty context costs nothing: no allocation, and no check between handlers.
///
/// ```
/// use std::time::Duration;
/// use events::prelude::*;
///
/// #[event]
/// struct Tick;
///
/// #[handler]
/// fn on_tick(_: &Tick, cx: &Context) {
///     assert_eq!(cx.attempt(), 1);
///     assert!(cx.remaining().is_some());
/// }
///
/// let bus = Bus::builder().build().unwrap();
/// let cx = Context::new().with_timeout(Duration::from_secs(1));
/// assert_eq!(bus.emit_with(&Tick, &cx).ran(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct Context {
    trace: Option<TraceContext>,
    #[cfg(feature = "std")]
    deadline: Option<Instant>,
    #[cfg(feature = "alloc")]
    cancel: Option<CancelToken>,
    /// What is rare stands behind one pointer, so that a context stays small.
    #[cfg(feature = "alloc")]
    rare: Option<Arc<rare::Rare>>,
    location: Option<&'static Location<'static>>,
    #[cfg(feature = "alloc")]
    halt: halt::Halt,
    attempt: u32,
    only: Only,
    /// Whether anything in it can stop a run, or leave out handlers: one look tells a group and a table.
    limited: bool,
}

/// The context of an emit that was given none.
static EMPTY: Context = Context::new();

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Context {
    /// A context that carries nothing: no trace, no limits, attempt 1.
    pub const fn new() -> Self {
        Self {
            trace: None,
            #[cfg(feature = "std")]
            deadline: None,
            #[cfg(feature = "alloc")]
            cancel: None,
            #[cfg(feature = "alloc")]
            rare: None,
            location: None,
            #[cfg(feature = "alloc")]
            halt: halt::Halt::NONE,
            attempt: 1,
            only: Only::NONE,
            limited: false,
        }
    }

    /// An empty context that lives forever.
    #[inline(always)]
    pub fn empty() -> &'static Self {
        &EMPTY
    }

    /// With these trace ids.
    #[must_use]
    pub fn with_trace(mut self, trace: TraceContext) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Cancelled when this token is.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancelToken) -> Self {
        self.cancel = Some(cancel);
        self.limited = true;
        self
    }

    /// With this attempt number, counted from 1.
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// Emitted from here: [`Location::caller`]. A bus notes it for what is sent with a context that does not say so.
    #[must_use]
    pub fn with_location(mut self, location: &'static Location<'static>) -> Self {
        self.location = Some(location);
        self
    }

    /// The context for what a handler emits because of this event: the same trace, deadline, cancellation and metadata,
    /// its first attempt, and emitted from elsewhere.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let parent = Context::new().with_meta("tenant", "acme").with_attempt(3);
    /// let child = parent.child();
    /// assert_eq!((child.meta("tenant"), child.attempt()), (Some("acme"), 1));
    /// ```
    #[must_use]
    pub fn child(&self) -> Self {
        Self { attempt: 1, location: None, ..self.clone() }
    }

    /// The same without deadline and cancellation: for an event that is handled later, when those of its sender are over.
    #[must_use]
    pub fn without_limits(&self) -> Self {
        Self {
            trace: self.trace,
            #[cfg(feature = "alloc")]
            rare: self.rare.clone(),
            location: self.location,
            attempt: self.attempt,
            ..Self::new()
        }
    }

    /// The trace ids, if there are any.
    pub fn trace(&self) -> Option<&TraceContext> {
        self.trace.as_ref()
    }

    /// The token that cancels it, if there is one. Pass it on, or make a child of it.
    #[cfg(feature = "alloc")]
    pub fn cancel_token(&self) -> Option<&CancelToken> {
        self.cancel.as_ref()
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        #[cfg(feature = "alloc")]
        return self.cancel.as_ref().is_some_and(CancelToken::is_cancelled);
        #[cfg(not(feature = "alloc"))]
        false
    }

    /// Which attempt at handling the event this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Where the event was emitted or sent, if that is known.
    ///
    /// ```
    /// use std::panic::Location;
    /// use events::prelude::*;
    ///
    /// assert_eq!(Context::new().location(), None);
    /// let here = Location::caller();
    /// assert_eq!(Context::new().with_location(here).location(), Some(here));
    /// ```
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.location
    }

    /// Whether anything in it can stop a run, or leave out handlers.
    #[inline(always)]
    pub(crate) fn is_limited(&self) -> bool {
        self.limited
    }

    /// What stops a run now, if anything does.
    pub fn stop(&self) -> Option<Stop> {
        if self.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        #[cfg(feature = "alloc")]
        if self.is_halted() {
            return Some(Stop::Cancelled);
        }
        #[cfg(feature = "std")]
        if self.is_expired() {
            return Some(Stop::Deadline);
        }
        None
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_earlier_deadline_wins() {
        let soon = Instant::now() + Duration::from_secs(1);
        let late = soon + Duration::from_secs(1);
        assert_eq!(Context::new().with_deadline(soon).with_deadline(late).deadline(), Some(soon));
        assert_eq!(Context::new().with_deadline(late).with_deadline(soon).deadline(), Some(soon));
    }

    #[test]
    fn without_limits_all_else_is_left() {
        let (canceller, here) = (Canceller::new(), Location::caller());
        let cx = Context::new().with_timeout(Duration::ZERO).with_cancel(canceller.token()).with_attempt(3);
        let cx = cx.with_meta("tenant", "acme").with_location(here).without_limits();
        assert_eq!((cx.is_limited(), cx.stop(), cx.deadline()), (false, None, None));
        assert!(cx.cancel_token().is_none());
        assert_eq!((cx.meta("tenant"), cx.location(), cx.attempt()), (Some("acme"), Some(here), 3));
    }

    #[test]
    fn a_child_has_the_limits_and_the_metadata_of_its_parent() {
        let canceller = Canceller::new();
        let parent = Context::new().with_cancel(canceller.token()).with_timeout(Duration::from_secs(60));
        let child = parent.with_meta("tenant", "acme").with_location(Location::caller()).child();
        assert_eq!((child.meta("tenant"), child.location(), child.stop()), (Some("acme"), None, None));
        assert!(child.deadline().is_some());
        canceller.cancel();
        assert_eq!(child.stop(), Some(Stop::Cancelled));
    }

    #[test]
    fn an_endless_timeout_is_no_limit() {
        assert!(!Context::new().with_timeout(Duration::MAX).is_limited());
    }

    #[test]
    fn cancellation_is_told_before_the_deadline() {
        let canceller = Canceller::new();
        let cx = Context::new().with_timeout(Duration::ZERO).with_cancel(canceller.token());
        assert_eq!(cx.stop(), Some(Stop::Deadline));
        canceller.cancel();
        assert_eq!(cx.stop(), Some(Stop::Cancelled));
    }
}
