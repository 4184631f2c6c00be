//! The result of one emit: how many handlers ran, which failed, and what stopped the run.

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

/// The result of one emit: how many handlers ran, which of them failed and how, and what stopped the run.
///
/// A failed handler does not stop the others, so an outcome may hold several failures. Call
/// [`into_result`](Self::into_result) to handle them as one error with `?`.
///
/// With the feature `alloc` an outcome is two words wide. It allocates only if a handler failed, if a handler stopped the run
/// with a reason, or if a closure stopped it that was subscribed with a name.
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
    /// Creates the outcome of an emit without handlers: nothing ran, nothing failed.
    ///
    /// ```
    /// use events::Outcome;
    ///
    /// let outcome = Outcome::none();
    /// assert_eq!((outcome.ran(), outcome.failed(), outcome.stopped()), (0, 0, None));
    /// assert!(outcome.is_ok());
    /// ```
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

    /// Returns how many handlers ran, including those that failed. A handler whose `when` condition did not hold did not run.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct ParcelWeighed { grams: u32 }
    ///
    /// #[handler]
    /// fn print_label(_: &ParcelWeighed) {}
    ///
    /// #[handler(when = |parcel| parcel.grams > 10_000)]
    /// fn book_freight(_: &ParcelWeighed) {}
    ///
    /// assert_eq!(events::dispatch(&ParcelWeighed { grams: 500 }).ran(), 1);
    /// assert_eq!(events::dispatch(&ParcelWeighed { grams: 20_000 }).ran(), 2);
    /// ```
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

    /// Returns whether no handler failed, and no deadline or cancellation kept one from running.
    ///
    /// A handler that stops the later ones with `Break` is no failure.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct MenuClicked;
    ///
    /// #[handler(priority = 1)]
    /// fn close_menu(_: &MenuClicked) -> ControlFlow<()> { ControlFlow::Break(()) }
    ///
    /// #[handler]
    /// fn select_below(_: &MenuClicked) {}
    ///
    /// let outcome = events::dispatch(&MenuClicked);
    /// assert_eq!(outcome.stopped(), Some(Stop::Break));
    /// assert!(outcome.is_ok());
    /// ```
    #[inline]
    pub fn is_ok(&self) -> bool {
        !self.details.has_failures() && !matches!(self.stopped(), Some(Stop::Deadline | Stop::Cancelled))
    }

    /// Whether at least one handler ran, nothing stopped the run, and none failed. Costs a comparison of two words.
    #[doc(hidden)]
    #[inline(always)]
    pub fn is_clean(&self) -> bool {
        self.word != 0 && self.word >> 32 == 0 && self.details.is_none()
    }

    /// Returns what kept later handlers from running, if anything did.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct FrameDrawn;
    ///
    /// #[handler]
    /// fn record_frame(_: &FrameDrawn) {}
    ///
    /// assert_eq!(events::dispatch(&FrameDrawn).stopped(), None);
    /// let late = Context::new().with_timeout(Duration::ZERO);
    /// assert_eq!(events::dispatch_with(&FrameDrawn, &late).stopped(), Some(Stop::Deadline));
    /// ```
    pub fn stopped(&self) -> Option<Stop> {
        Stop::from_bits(self.word >> 62)
    }

    /// Returns the handler that stopped the later ones, and its reason. `None` unless [`stopped`](Self::stopped) is
    /// [`Stop::Break`].
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

    /// Returns the reason for which a handler stopped the later ones, if it returned a [`StopReason`].
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct CommentPosted { text: &'static str }
    ///
    /// #[handler]
    /// fn filter_spam(comment: &CommentPosted) -> ControlFlow<StopReason> {
    ///     if comment.text.contains("http://") {
    ///         return ControlFlow::Break(StopReason::new("contains a link"));
    ///     }
    ///     ControlFlow::Continue(())
    /// }
    ///
    /// let outcome = events::dispatch(&CommentPosted { text: "see http://example.com" });
    /// assert_eq!(outcome.stop_reason(), Some("contains a link"));
    /// assert_eq!(events::dispatch(&CommentPosted { text: "thanks" }).stop_reason(), None);
    /// ```
    pub fn stop_reason(&self) -> Option<&str> {
        self.stopped_by()?.reason()
    }

    /// The earlier name of [`stop_reason`](Self::stop_reason).
    #[doc(hidden)]
    pub fn rejection(&self) -> Option<&str> {
        self.stop_reason()
    }

    /// Returns how many handlers did not run because the run was [`stopped`](Self::stopped).
    ///
    /// Handlers whose `when` condition would not have held are counted too: it was not evaluated.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct LevelLoaded;
    ///
    /// #[handler]
    /// fn play_music(_: &LevelLoaded) {}
    ///
    /// #[handler]
    /// fn show_title(_: &LevelLoaded) {}
    ///
    /// let expired = Context::new().with_timeout(Duration::ZERO);
    /// assert_eq!(events::dispatch_with(&LevelLoaded, &expired).unreached(), 2);
    /// assert_eq!(events::dispatch(&LevelLoaded).unreached(), 0);
    /// ```
    pub fn unreached(&self) -> u32 {
        (self.word >> 32 & UNREACHED_BITS) as u32
    }

    /// Returns the handlers that failed, in the order in which they ran.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct BackupStarted;
    ///
    /// #[handler]
    /// fn copy_photos(_: &BackupStarted) -> Result<(), &'static str> { Err("the disk is full") }
    ///
    /// #[handler]
    /// fn copy_mails(_: &BackupStarted) {}
    ///
    /// let outcome = events::dispatch(&BackupStarted);
    /// assert_eq!(outcome.ran(), 2);
    /// for failure in outcome.failures() {
    ///     assert!(failure.name().ends_with("::copy_photos"));
    ///     assert_eq!(failure.to_string(), "the disk is full");
    /// }
    /// ```
    #[cfg(feature = "alloc")]
    pub fn failures(&self) -> &[Failure] {
        self.details.failures()
    }

    /// Returns the handlers that failed by value, to take their errors out.
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

    /// Returns how many handlers failed. Works without the feature `alloc` too.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct BatteryChecked { percent: u8 }
    ///
    /// #[handler]
    /// fn warn_when_low(battery: &BatteryChecked) -> Result<(), std::fmt::Error> {
    ///     if battery.percent < 5 { Err(std::fmt::Error) } else { Ok(()) }
    /// }
    ///
    /// assert_eq!(events::dispatch(&BatteryChecked { percent: 80 }).failed(), 0);
    /// assert_eq!(events::dispatch(&BatteryChecked { percent: 2 }).failed(), 1);
    /// ```
    #[inline]
    pub fn failed(&self) -> u32 {
        self.details.failed()
    }

    /// Returns the first handler that failed; closures subscribed at run time are passed over. Works without the feature
    /// `alloc` too.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct MotorStarted;
    ///
    /// #[handler]
    /// fn check_voltage(_: &MotorStarted) -> Result<(), std::fmt::Error> { Err(std::fmt::Error) }
    ///
    /// let handler = events::dispatch(&MotorStarted).first_failed().unwrap();
    /// assert!(handler.path.ends_with("::check_voltage"));
    /// ```
    pub fn first_failed(&self) -> Option<&'static HandlerMeta> {
        self.details.first_failed()
    }

    /// Converts the outcome into a result, for use with `?`.
    ///
    /// # Errors
    ///
    /// Returns a [`DispatchError`] if [`is_ok`](Self::is_ok) is `false`: a handler failed, or an expired deadline or a
    /// cancellation kept one from running.
    ///
    /// ```
    /// use events::outcome::DispatchError;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct ConfigSaved;
    ///
    /// #[handler]
    /// fn sync_config(_: &ConfigSaved) -> Result<(), &'static str> { Err("no network") }
    ///
    /// fn save() -> Result<(), DispatchError> {
    ///     events::dispatch(&ConfigSaved).into_result()
    /// }
    ///
    /// assert!(save().unwrap_err().to_string().ends_with("no network"));
    /// ```
    // Without an allocator the error cannot be boxed.
    #[cfg_attr(not(feature = "alloc"), allow(clippy::result_large_err))]
    pub fn into_result(self) -> Result<(), DispatchError> {
        if self.is_ok() { Ok(()) } else { Err(DispatchError::new(self)) }
    }

    /// Combines this outcome with the one of further handlers that ran later with the same event.
    ///
    /// The counts are added, the failures of `later` follow those of `self`, and if both were stopped, `self` says by what.
    ///
    /// ```
    /// use events::Outcome;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct ShiftEnded;
    ///
    /// #[handler]
    /// fn count_cash(_: &ShiftEnded) -> Result<(), &'static str> { Err("5 cents are missing") }
    ///
    /// let both = Outcome::none().merge(events::dispatch(&ShiftEnded)).merge(events::dispatch(&ShiftEnded));
    /// assert_eq!((both.ran(), both.failed()), (2, 2));
    /// ```
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

    /// Adds `ran` handlers that ran.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn with_more(mut self, ran: u32) -> Outcome {
        let sum = u64::from(self.ran().saturating_add(ran));
        self.word = self.word & !u64::from(u32::MAX) | sum;
        self
    }

    /// The outcome of a run in which `unreached` handlers did not run.
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
