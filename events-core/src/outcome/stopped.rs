use core::fmt;

use super::Place;
use crate::handler::HandlerMeta;
use crate::text::{Text, as_str};

/// Who kept the later handlers from running, and why if a reason was given.
///
/// `Display` writes it as a sentence.
#[derive(Clone, Copy, Debug)]
pub struct Stopped<'a> {
    place: Place,
    reason: Option<&'a str>,
}

impl<'a> Stopped<'a> {
    /// The handler; `None` for a closure subscribed at run time.
    pub fn handler(&self) -> Option<&'static HandlerMeta> {
        self.place.handler()
    }

    /// The handler's full path; of a closure the name it was subscribed with, or `subscription`.
    pub fn name(&self) -> &'static str {
        self.place.name()
    }

    /// The file of the handler, or of the call that subscribed the closure.
    pub fn file(&self) -> &'static str {
        self.place.file()
    }

    /// The line in that file, from 1.
    pub fn line(&self) -> u32 {
        self.place.line()
    }

    /// The reason, if it broke with a [`StopReason`](super::StopReason).
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

/// The same by value.
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
    /// One that gave no reason.
    pub(super) fn without_reason(place: Place) -> Self {
        Self { place, reason: None }
    }
}
