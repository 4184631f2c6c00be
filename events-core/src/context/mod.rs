//! Data that travels with an event: trace ids, a deadline, cancellation, the attempt number, metadata, and the place that
//! emitted it.

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

/// Data that travels with an event: trace ids, a deadline, cancellation, the attempt number and metadata.
///
/// The sender builds a context and passes it to an `emit_with`; a handler receives it as an argument of type `&Context`.
/// The `with_` methods take the context by value and return it changed. A clone is cheap: clones share what takes memory.
///
/// A deadline and a cancellation token are *limits*. They are checked before each handler, and once one of them is reached
/// no further handler starts. A handler that runs is not interrupted. An empty context costs nothing: no allocation, and no
/// check between handlers.
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
    /// What only few contexts have, behind one pointer, so that a context stays small.
    #[cfg(feature = "alloc")]
    rare: Option<Arc<rare::Rare>>,
    location: Option<&'static Location<'static>>,
    #[cfg(feature = "alloc")]
    halt: halt::Halt,
    attempt: u32,
    only: Only,
    /// Whether anything in the context can stop a run or leave out handlers. It is all that a table or a group checks.
    limited: bool,
}

/// The context of an emit without one.
static EMPTY: Context = Context::new();

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Context {
    /// Creates a context that carries nothing: no trace ids, no limits, no metadata, attempt 1.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let cx = Context::new();
    /// assert!(cx.trace().is_none() && cx.deadline().is_none() && cx.cancel_token().is_none());
    /// assert_eq!((cx.attempt(), cx.metadata().len()), (1, 0));
    /// ```
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

    /// Returns a reference to an empty context that lives for the whole program.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let cx: &'static Context = Context::empty();
    /// assert_eq!((cx.attempt(), cx.stop()), (1, None));
    /// ```
    #[inline(always)]
    pub fn empty() -> &'static Self {
        &EMPTY
    }

    /// Sets the trace ids, so that the work of the handlers can be related to the request that caused the event.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let cx = Context::new().with_trace(header.parse().unwrap());
    /// assert_eq!(cx.trace().unwrap().to_string(), header);
    /// assert_eq!(cx.child().trace(), cx.trace());
    /// ```
    #[must_use]
    pub fn with_trace(mut self, trace: TraceContext) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Cancels the run when `cancel` is cancelled: no further handler starts.
    ///
    /// A handler that runs is not interrupted; one that takes long can ask [`is_cancelled`](Self::is_cancelled). The token
    /// replaces one that was set before.
    ///
    /// ```
    /// use events::context::Canceller;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct PageRendered;
    ///
    /// #[handler]
    /// fn store_page(_: &PageRendered) {}
    ///
    /// let request = Canceller::new();
    /// let cx = Context::new().with_cancel(request.token());
    /// assert_eq!(events::dispatch_with(&PageRendered, &cx).ran(), 1);
    ///
    /// request.cancel();
    /// let outcome = events::dispatch_with(&PageRendered, &cx);
    /// assert_eq!((outcome.ran(), outcome.stopped()), (0, Some(Stop::Cancelled)));
    /// ```
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancelToken) -> Self {
        self.cancel = Some(cancel);
        self.limited = true;
        self
    }

    /// Sets the attempt number, counted from 1.
    ///
    /// A lane sets it for each retry. Set it yourself to test a handler that behaves differently on a retry.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct InvoiceDue;
    ///
    /// #[handler]
    /// fn print_invoice(_: &InvoiceDue, cx: &Context) -> Result<(), &'static str> {
    ///     if cx.attempt() < 3 { Err("the printer is busy") } else { Ok(()) }
    /// }
    ///
    /// assert!(!events::dispatch(&InvoiceDue).is_ok());
    /// assert!(events::dispatch_with(&InvoiceDue, &Context::new().with_attempt(3)).is_ok());
    /// ```
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// Sets the place in the source that emitted the event, usually [`Location::caller`].
    ///
    /// A bus sets it for each event that is sent to a lane with a context that has none. A function that sends events for
    /// others can set its caller's place in its own:
    ///
    /// ```
    /// use std::panic::Location;
    /// use events::prelude::*;
    ///
    /// #[track_caller]
    /// fn audit_context() -> Context {
    ///     Context::new().with_location(Location::caller())
    /// }
    ///
    /// let line = line!() + 1;
    /// let cx = audit_context();
    /// assert_eq!(cx.location().unwrap().line(), line);
    /// ```
    #[must_use]
    pub fn with_location(mut self, location: &'static Location<'static>) -> Self {
        self.location = Some(location);
        self
    }

    /// Returns the context for an event that a handler emits because of this one.
    ///
    /// The child has the same trace ids, deadline, cancellation token and metadata. Its attempt number is 1, and it has no
    /// location.
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

    /// Returns a copy without deadline and cancellation token.
    ///
    /// This is for an event that is handled later, when its sender no longer waits for it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// let request = Context::new().with_meta("tenant", "acme").with_timeout(Duration::ZERO);
    /// assert_eq!(request.stop(), Some(Stop::Deadline));
    ///
    /// let later = request.without_limits();
    /// assert_eq!((later.stop(), later.meta("tenant")), (None, Some("acme")));
    /// ```
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

    /// Returns the trace ids, if they were set with [`with_trace`](Self::with_trace).
    ///
    /// ```
    /// use events::context::SpanId;
    /// use events::prelude::*;
    ///
    /// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let cx = Context::new().with_trace(header.parse().unwrap());
    ///
    /// // The header of a request that a handler sends: the same trace, a span of its own.
    /// let span = SpanId::new([0, 0, 0, 0, 0, 0, 0, 1]).unwrap();
    /// let request = cx.trace().unwrap().with_span(span);
    /// assert_eq!(request.to_string(), "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-01");
    /// ```
    pub fn trace(&self) -> Option<&TraceContext> {
        self.trace.as_ref()
    }

    /// Returns the token that cancels the run, if one was set.
    ///
    /// Pass it on to work that is to end with this run, or make a [`child`](CancelToken::child) to cancel a part alone.
    ///
    /// ```
    /// use events::context::Canceller;
    /// use events::prelude::*;
    ///
    /// let request = Canceller::new();
    /// let cx = Context::new().with_cancel(request.token());
    /// let upload = cx.cancel_token().unwrap().child();
    ///
    /// request.cancel();
    /// assert!(upload.token().is_cancelled());
    /// ```
    #[cfg(feature = "alloc")]
    pub fn cancel_token(&self) -> Option<&CancelToken> {
        self.cancel.as_ref()
    }

    /// Returns whether the token of this context was cancelled. Without a token it is `false`.
    ///
    /// A handler that takes long asks between its steps:
    ///
    /// ```
    /// use events::context::Canceller;
    /// use events::prelude::*;
    ///
    /// fn resize_all(images: &[&str], cx: &Context) -> usize {
    ///     images.iter().take_while(|_| !cx.is_cancelled()).count()
    /// }
    ///
    /// let request = Canceller::new();
    /// let cx = Context::new().with_cancel(request.token());
    /// assert_eq!(resize_all(&["a.png", "b.png"], &cx), 2);
    /// request.cancel();
    /// assert_eq!(resize_all(&["a.png", "b.png"], &cx), 0);
    /// ```
    pub fn is_cancelled(&self) -> bool {
        #[cfg(feature = "alloc")]
        return self.cancel.as_ref().is_some_and(CancelToken::is_cancelled);
        #[cfg(not(feature = "alloc"))]
        false
    }

    /// Returns the number of this attempt at handling the event, counted from 1. A retry on a lane is attempt 2 or later.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let is_retry = |cx: &Context| cx.attempt() > 1;
    /// assert!(!is_retry(&Context::new()));
    /// assert!(is_retry(&Context::new().with_attempt(2)));
    /// ```
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the place in the source that emitted or sent the event, if it is known.
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

    /// Whether anything in the context can stop a run or leave out handlers.
    #[inline(always)]
    pub(crate) fn is_limited(&self) -> bool {
        self.limited
    }

    /// Returns why no further handler may start now, or `None` while handlers may start.
    ///
    /// Cancellation is reported before an expired deadline. A handler that takes long asks between its steps, as a table
    /// asks before each handler.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::context::Canceller;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// let request = Canceller::new();
    /// let cx = Context::new().with_cancel(request.token());
    /// assert_eq!(cx.stop(), None);
    ///
    /// let cx = cx.with_timeout(Duration::ZERO);
    /// assert_eq!(cx.stop(), Some(Stop::Deadline));
    ///
    /// request.cancel();
    /// assert_eq!(cx.stop(), Some(Stop::Cancelled));
    /// ```
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
    fn without_limits_everything_else_is_kept() {
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
    fn cancellation_is_reported_before_the_deadline() {
        let canceller = Canceller::new();
        let cx = Context::new().with_timeout(Duration::ZERO).with_cancel(canceller.token());
        assert_eq!(cx.stop(), Some(Stop::Deadline));
        canceller.cancel();
        assert_eq!(cx.stop(), Some(Stop::Cancelled));
    }
}
