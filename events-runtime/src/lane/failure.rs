//! The failures of handlers on a lane, as runs, retries and dead letters share them.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use events_core::handler::{ClosureMeta, HandlerMeta, Retry};
use events_core::outcome::{Failure, FailureKind, Outcome, Stop};

use crate::door::{ForeignCode, Panics};

/// Why an event became a dead letter.
///
/// ```
/// use events::lane::Reason;
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct OrderPaid;
/// #[handler]
/// fn charge(_: &OrderPaid) { panic!("no bank") }
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(OrderPaid).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// let reason = bus.dead_letters().list()[0].reason;
/// assert_eq!(reason, Reason::Panicked);
/// assert_eq!(reason.to_string(), "a handler panicked");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A handler returned an error, and had no retry left.
    Failed,
    /// A handler panicked, and had no retry left.
    Panicked,
    /// A handler took longer than its `timeout`, and had no retry left.
    TimedOut,
    /// The handler's circuit breaker was open, so the handler was not called.
    BreakerOpen,
    /// The deadline of the event's context passed before all its handlers had run.
    Expired,
    /// The event's context was cancelled before all its handlers had run.
    Cancelled,
    /// The lane was full, and its [`Overflow`](crate::lane::Overflow) is to drop the newest.
    DroppedNewest,
    /// The lane was full, and its [`Overflow`](crate::lane::Overflow) is to drop the oldest.
    DroppedOldest,
    /// The program cleared the lane: [`LaneHandle::clear`](crate::LaneHandle::clear).
    Cleared,
    /// The event has no linked handler and no closure.
    Unhandled,
    /// The worker that ran it was lost: its tokio runtime was shut down while a handler ran.
    WorkerDied,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "a handler failed",
            Self::Panicked => "a handler panicked",
            Self::TimedOut => "a handler timed out",
            Self::BreakerOpen => "the handler's circuit breaker was open",
            Self::Expired => "the deadline passed",
            Self::Cancelled => "the context was cancelled",
            Self::DroppedNewest => "the lane was full and dropped the newest",
            Self::DroppedOldest => "the lane was full and dropped the oldest",
            Self::Cleared => "the lane was cleared",
            Self::Unhandled => "no handler is linked or subscribed",
            Self::WorkerDied => "its worker was lost with the runtime",
        })
    }
}

impl Reason {
    /// The reason why a stopped run is a failure of the event. `None` if a handler stopped it, which is no failure.
    pub(super) fn of_stop(stop: Option<Stop>) -> Option<Self> {
        match stop {
            Some(Stop::Deadline) => Some(Self::Expired),
            Some(Stop::Cancelled) => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// One run of a handler that failed. A [`DeadLetter`](crate::lane::DeadLetter) has all of them.
///
/// ```
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct OrderPaid;
/// #[handler(retry(max = 1, backoff = "1ms"))]
/// fn charge(_: &OrderPaid) -> Result<(), &'static str> { Err("the bank is busy") }
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(OrderPaid).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// let attempts = &bus.dead_letters().list()[0].attempts;
/// assert_eq!((attempts.len(), attempts[1].number), (2, 2));
/// assert_eq!(attempts[1].error, "the bank is busy");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the attempt, from 1 on.
    pub number: u32,
    /// When the run ended.
    pub at: SystemTime,
    /// How long the run took. Measured only for handlers with a timeout or a breaker.
    pub took: Option<Duration>,
    /// How it failed.
    pub reason: Reason,
    /// The error with all its causes, or the message of the panic.
    pub error: String,
}

impl Attempt {
    /// Makes an attempt that ends now: to test a handler of dead letters.
    ///
    /// ```
    /// use events::lane::{Attempt, Reason};
    ///
    /// let attempt = Attempt::new(1, Reason::Failed, "card declined");
    /// assert_eq!((attempt.number, attempt.error.as_str()), (1, "card declined"));
    /// ```
    pub fn new(number: u32, reason: Reason, error: impl Into<String>) -> Self {
        Self { number, at: SystemTime::now(), took: None, reason, error: error.into() }
    }
}

/// What failed, and is run again by a retry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Handler(&'static HandlerMeta),
    /// A closure that was subscribed.
    Closure(ClosureMeta),
    /// All handlers, because no single one gave the event up.
    All,
}

impl Target {
    fn of(failure: &Failure) -> Self {
        let handler = failure.handler().map(Self::Handler);
        handler.or(failure.closure().map(Self::Closure)).unwrap_or(Self::All)
    }

    pub(super) fn handler(self) -> Option<&'static HandlerMeta> {
        match self {
            Self::Handler(meta) => Some(meta),
            Self::Closure(_) | Self::All => None,
        }
    }

    pub(super) fn closure(self) -> Option<ClosureMeta> {
        match self {
            Self::Closure(meta) => Some(meta),
            Self::Handler(_) | Self::All => None,
        }
    }

    /// The retry policy that the handler or closure itself has.
    pub(super) fn retry(self) -> Option<Retry> {
        match self {
            Self::Handler(meta) => meta.policy.retry,
            Self::Closure(meta) => meta.retry,
            Self::All => None,
        }
    }
}

/// The failure of one handler in one run.
#[derive(Debug)]
pub(super) struct HandlerFailure {
    pub(super) target: Target,
    pub(super) reason: Reason,
    pub(super) error: String,
    pub(super) took: Option<Duration>,
    /// Whether the handler's policy may retry it.
    pub(super) is_retryable: bool,
}

impl HandlerFailure {
    fn of(failure: &Failure, took: Option<Duration>, panics: &Panics) -> Self {
        let reason = match failure.kind() {
            FailureKind::Panic(_) => Reason::Panicked,
            _ => Reason::Failed,
        };
        Self {
            target: Target::of(failure),
            reason,
            error: text(failure.kind(), panics),
            took,
            is_retryable: failure.is_retryable(),
        }
    }

    pub(super) fn into_attempt(self, number: u32) -> Attempt {
        Attempt { took: self.took, ..Attempt::new(number, self.reason, self.error) }
    }
}

/// The text of the error with all its causes.
fn text(kind: &FailureKind, panics: &Panics) -> String {
    match kind {
        FailureKind::Error(error) => panics
            .call(ForeignCode::ErrorText, || with_causes(&**error))
            .unwrap_or_else(|_| "the `Display` or `source` of its error panicked".to_owned()),
        FailureKind::Panic(message) => message.clone(),
        _ => "it cannot run here".to_owned(),
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// The failures in one run of an event's handlers.
#[derive(Debug, Default)]
pub(super) struct Failures {
    /// Set if the context kept handlers from running, or if there was no handler.
    pub(super) reason: Option<Reason>,
    pub(super) handlers: Vec<HandlerFailure>,
}

impl Failures {
    pub(super) fn is_empty(&self) -> bool {
        self.reason.is_none() && self.handlers.is_empty()
    }

    /// Adds the failures of another part of the run.
    pub(super) fn append(&mut self, other: Self) {
        self.reason = self.reason.or(other.reason);
        self.handlers.extend(other.handlers);
    }

    /// Adds the failures of an outcome. The outcome is dropped through the door, because its errors are of foreign
    /// types.
    pub(super) fn collect(
        &mut self,
        outcome: Outcome,
        took: Option<Duration>,
        panics: &Panics,
    ) -> Option<Stop> {
        let stop = outcome.stopped();
        self.handlers
            .extend(outcome.failures().iter().map(|failure| HandlerFailure::of(failure, took, panics)));
        self.reason = self.reason.or(Reason::of_stop(stop));
        panics.discard(ForeignCode::ErrorDrop, outcome);
        stop
    }
}
