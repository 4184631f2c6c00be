//! What one emit did.

#[cfg_attr(feature = "alloc", path = "details_one_word.rs")]
#[cfg_attr(not(feature = "alloc"), path = "details_plain.rs")]
mod details;
mod error;
#[cfg_attr(feature = "alloc", path = "failures_owned.rs")]
#[cfg_attr(not(feature = "alloc"), path = "failures_counted.rs")]
mod failures;
mod place;
mod stop;
mod stop_reason;
mod stopped;
mod tally;

use core::fmt;

use self::details::Details;
use crate::handler::HandlerMeta;
pub use error::DispatchError;
pub(crate) use failures::Failures;
#[cfg(feature = "alloc")]
pub use failures::{BoxError, Failure, FailureKind};
pub(crate) use place::Place;
pub use stop::Stop;
#[doc(hidden)]
pub use stop_reason::Rejected;
pub use stop_reason::StopReason;
pub use stopped::Stopped;
pub(crate) use stopped::StoppedBy;
pub(crate) use tally::Tally;

/// What one emit did: how many handlers ran, which failed and how, and what kept the others from running.
///
/// Two words wide (with `alloc`), and allocates only when something failed, a handler gave a reason to stop the rest, or a
/// closure broke that was subscribed with a name.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct Ping;
///
/// #[handler]
/// fn pong(_: &Ping) -> Result<(), &'static str> { Err("no one home") }
///
/// let outcome = events::dispatch(&Ping);
/// assert_eq!(outcome.ran(), 1);
/// assert_eq!(outcome.failures()[0].to_string(), "no one home");
/// assert!(outcome.into_result().is_err());
/// ```
#[must_use = "an outcome may hold failures: look at it, or call `into_result()?`"]
pub struct Outcome {
    /// How many handlers ran (low half), how many were not reached (from bit 32), what stopped them (top two bits).
    word: u64,
    details: Details,
}

const UNREACHED_BITS: u64 = (1 << 30) - 1;

impl Outcome {
    /// Nothing ran, nothing failed.
    #[inline(always)]
    pub const fn none() -> Self {
        Self { word: 0, details: Details::NONE }
    }

    #[inline(always)]
    pub(crate) fn plain(ran: u32) -> Self {
        Self { word: u64::from(ran), details: Details::NONE }
    }

    pub(crate) fn assemble(
        ran: u32,
        stop: Option<Stop>,
        unreached: u32,
        failures: Failures,
        by: Option<StoppedBy>,
    ) -> Self {
        let unreached = u64::from(unreached).min(UNREACHED_BITS);
        let word = u64::from(ran) | unreached << 32 | Stop::to_bits(stop) << 62;
        Self { word, details: Details::new(failures, by) }
    }

    /// How many handlers ran, those that failed included. A handler whose condition did not hold did not run.
    #[inline(always)]
    pub fn ran(&self) -> u32 {
        self.word as u32
    }

    /// The earlier name of [`ran`](Self::ran).
    #[doc(hidden)]
    #[inline(always)]
    pub fn handled(&self) -> u32 {
        self.ran()
    }

    /// Whether no handler failed and no limit kept one from running. A handler's `Break` is no failure.
    #[inline]
    pub fn is_ok(&self) -> bool {
        !self.details.has_failures() && !matches!(self.stopped(), Some(Stop::Deadline | Stop::Cancelled))
    }

    /// Whether handlers ran, and all there were to run, and nothing failed: known by a look at the words.
    #[doc(hidden)]
    #[inline(always)]
    pub fn is_clean(&self) -> bool {
        self.word != 0 && self.word >> 32 == 0 && self.details.is_none()
    }

    /// What kept later handlers from running, if anything did.
    pub fn stopped(&self) -> Option<Stop> {
        Stop::from_bits(self.word >> 62)
    }

    /// Which handler kept the later ones from running, and why: for [`Stop::Break`] alone.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct KeyPressed { code: u8 }
    ///
    /// #[handler]
    /// fn consume(_: &KeyPressed) -> ControlFlow<()> { ControlFlow::Break(()) }
    ///
    /// #[handler]
    /// fn insert(_: &KeyPressed) {}
    ///
    /// let outcome = events::dispatch(&KeyPressed { code: 27 });
    /// let stopped = outcome.stopped_by().unwrap();
    /// assert!(stopped.name().ends_with("::consume"));
    /// assert_eq!(stopped.reason(), None);
    /// ```
    pub fn stopped_by(&self) -> Option<Stopped<'_>> {
        self.details.stopped()
    }

    /// Why a handler kept the later ones from running, if it returned a [`StopReason`].
    pub fn stop_reason(&self) -> Option<&str> {
        self.stopped_by()?.reason()
    }

    /// The earlier name of [`stop_reason`](Self::stop_reason).
    #[doc(hidden)]
    pub fn rejection(&self) -> Option<&str> {
        self.stop_reason()
    }

    /// How many handlers were not reached because of what [`stopped`](Self::stopped) tells.
    pub fn unreached(&self) -> u32 {
        (self.word >> 32 & UNREACHED_BITS) as u32
    }

    /// The handlers that failed, in the order in which they ran.
    #[cfg(feature = "alloc")]
    pub fn failures(&self) -> &[Failure] {
        self.details.failures()
    }

    /// The handlers that failed, by value: to keep their errors.
    ///
    /// ```
    /// use events::outcome::FailureKind;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Ping;
    ///
    /// #[handler]
    /// fn pong(_: &Ping) -> Result<(), std::io::Error> { Err(std::io::ErrorKind::TimedOut.into()) }
    ///
    /// for failure in events::dispatch(&Ping).into_failures() {
    ///     assert!(failure.handler().unwrap().path.ends_with("::pong"));
    ///     let FailureKind::Error(error) = failure.into_kind() else { panic!("it returned an error") };
    ///     assert!(error.is::<std::io::Error>());
    /// }
    /// ```
    #[cfg(feature = "alloc")]
    pub fn into_failures(self) -> alloc::vec::Vec<Failure> {
        self.details.into_parts().0.into_vec()
    }

    /// How many handlers failed.
    #[inline]
    pub fn failed(&self) -> u32 {
        self.details.failed()
    }

    /// The first handler that failed, if a linked one did.
    pub fn first_failed(&self) -> Option<&'static HandlerMeta> {
        self.details.first_failed()
    }

    /// Turns an outcome into a result, for `?`.
    ///
    /// # Errors
    /// When a handler failed, or an expired deadline or a cancellation kept one from running.
    // Without an allocator there is no smaller way to return it.
    #[cfg_attr(not(feature = "alloc"), allow(clippy::result_large_err))]
    pub fn into_result(self) -> Result<(), DispatchError> {
        if self.is_ok() { Ok(()) } else { Err(DispatchError::new(self)) }
    }

    /// Adds what another round of handlers did with the same event.
    #[cfg(feature = "alloc")]
    pub fn merge(self, later: Outcome) -> Outcome {
        let stop = self.stopped().or(later.stopped());
        let unreached = self.unreached().saturating_add(later.unreached());
        let ran = self.ran().saturating_add(later.ran());
        let was_stopped = self.stopped().is_some();
        let ((mut failures, by), (more, later_by)) = (self.details.into_parts(), later.details.into_parts());
        failures.append(more);
        Self::assemble(ran, stop, unreached, failures, if was_stopped { by } else { later_by })
    }

    /// The same where so many handlers more ran.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn with_more(mut self, ran: u32) -> Outcome {
        let sum = u64::from(self.ran().saturating_add(ran));
        self.word = self.word & !u64::from(u32::MAX) | sum;
        self
    }

    /// An outcome in which so many handlers were not reached.
    #[cfg(feature = "alloc")]
    pub(crate) fn not_reached(stop: Option<Stop>, unreached: u32) -> Outcome {
        Self::assemble(0, stop, unreached, Failures::NONE, None)
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("ran", &self.ran())
            .field("stopped", &self.stopped())
            .field("unreached", &self.unreached())
            .field("stopped_by", &self.stopped_by())
            .field("failures", &self.details)
            .finish()
    }
}
