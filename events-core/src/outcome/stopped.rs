use core::fmt;

use super::Place;
use crate::handler::HandlerMeta;
use crate::text::{Text, as_str};

/// The handler that stopped the later ones, and its reason if it gave one.
///
/// `Display` writes it as a sentence for a log.
///
/// ```
/// use std::ops::ControlFlow;
/// use events::prelude::*;
///
/// #[event]
/// struct TransferAsked { cents: u64 }
///
/// #[handler(priority = 10)]
/// fn check_limit(transfer: &TransferAsked) -> ControlFlow<StopReason> {
///     if transfer.cents > 1_000_000 {
///         return ControlFlow::Break(StopReason::new("above the limit"));
///     }
///     ControlFlow::Continue(())
/// }
///
/// #[handler]
/// fn transfer(_: &TransferAsked) {}
///
/// let outcome = events::dispatch(&TransferAsked { cents: 2_000_000 });
/// let stopped = outcome.stopped_by().unwrap();
/// assert!(stopped.handler().unwrap().path.ends_with("::check_limit"));
/// assert!(stopped.to_string().ends_with(" stopped the rest: above the limit"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Stopped<'a> {
    place: Place,
    reason: Option<&'a str>,
}

impl<'a> Stopped<'a> {
    /// Returns the handler; `None` for a closure that was subscribed at run time.
    pub fn handler(&self) -> Option<&'static HandlerMeta> {
        self.place.handler()
    }

    /// Returns the full path of the handler. For a closure it is the name it was subscribed with, or `subscription`.
    pub fn name(&self) -> &'static str {
        self.place.name()
    }

    /// Returns the source file of the handler, or of the call that subscribed the closure.
    pub fn file(&self) -> &'static str {
        self.place.file()
    }

    /// Returns the line in that file, counted from 1.
    pub fn line(&self) -> u32 {
        self.place.line()
    }

    /// Returns the reason, if the handler returned a [`StopReason`](super::StopReason).
    pub fn reason(&self) -> Option<&'a str> {
        self.reason
    }
}

impl fmt::Display for Stopped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{}) stopped the rest", self.name(), self.file(), self.line())?;
        self.reason.map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// A [`Stopped`] that owns its reason.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "alloc"), derive(Copy))]
pub(crate) struct StoppedBy {
    pub(crate) place: Place,
    pub(crate) reason: Option<Text>,
}

impl StoppedBy {
    pub(crate) fn view(&self) -> Stopped<'_> {
        Stopped { place: self.place, reason: self.reason.as_ref().map(as_str) }
    }
}

#[cfg(feature = "alloc")]
impl Stopped<'static> {
    /// A stop by the handler at `place`, without a reason.
    pub(super) fn without_reason(place: Place) -> Self {
        Self { place, reason: None }
    }
}
