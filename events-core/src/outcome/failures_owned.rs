use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use super::{Place, StoppedBy};
use crate::handler::{ClosureMeta, Fault, HandlerMeta};

/// An error of any type, as a handler's `Result` is kept. Whatever converts into it with `?` is an error that a handler can
/// return.
///
/// ```
/// use events::outcome::BoxError;
///
/// fn parse_port(text: &str) -> Result<u16, BoxError> {
///     match text.parse()? {
///         0 => Err("port 0 is reserved".into()),
///         port => Ok(port),
///     }
/// }
///
/// assert_eq!(parse_port("0").unwrap_err().to_string(), "port 0 is reserved");
/// assert!(parse_port("http").unwrap_err().is::<std::num::ParseIntError>());
/// ```
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The failures of one run. The first one allocates.
#[derive(Default)]
pub(crate) struct Failures(Option<Box<Noted>>);

/// The boxed part of an outcome: the failures, and the handler that stopped the run.
#[derive(Default)]
pub(super) struct Noted {
    pub(super) failures: Vec<Failure>,
    pub(super) stopped: Option<StoppedBy>,
}

impl Failures {
    pub(crate) const NONE: Self = Self(None);

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn as_slice(&self) -> &[Failure] {
        self.0.as_deref().map_or(&[], |noted| &noted.failures)
    }

    pub(crate) fn into_vec(self) -> Vec<Failure> {
        self.0.map_or_else(Vec::new, |noted| noted.failures)
    }

    /// Returns the box.
    pub(super) fn into_noted(self) -> Option<Box<Noted>> {
        self.0
    }

    /// Makes a list from a box.
    pub(super) fn from_noted(noted: Box<Noted>) -> Self {
        Self(Some(noted).filter(|noted| !noted.failures.is_empty()))
    }

    pub(crate) fn push(&mut self, failure: Failure) {
        self.0.get_or_insert_default().failures.push(failure);
    }

    pub(crate) fn append(&mut self, other: Failures) {
        if let Some(other) = other.0 {
            self.0.get_or_insert_default().failures.extend(other.failures);
        }
    }

    pub(crate) fn add(&mut self, place: Place, fault: Fault) {
        match fault {
            Fault::Group(failures, _) => self.append(failures),
            fault => {
                if let Some(failure) = Failure::of(place, fault) {
                    self.push(failure);
                }
            }
        }
    }
}

impl fmt::Debug for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

/// A handler that failed, and how it failed.
///
/// `Display` writes the error or the message of the panic. [`name`](Self::name), [`file`](Self::file) and
/// [`line`](Self::line) identify the handler.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct ImageUploaded;
///
/// #[handler]
/// fn scale_image(_: &ImageUploaded) -> Result<(), String> { Err("5000 pixels are too wide".into()) }
///
/// let outcome = events::dispatch(&ImageUploaded);
/// let failure = &outcome.failures()[0];
/// assert!(failure.name().ends_with("::scale_image"));
/// assert_eq!(failure.to_string(), "5000 pixels are too wide");
/// assert_eq!(failure.line(), failure.handler().unwrap().line);
/// ```
#[derive(Debug)]
pub struct Failure {
    place: Place,
    kind: FailureKind,
    is_retryable: bool,
}

/// How a handler failed.
///
/// ```
/// use events::outcome::FailureKind;
/// use events::prelude::*;
///
/// #[event]
/// struct DivisionAsked { by: u32 }
///
/// #[handler]
/// fn divide(division: &DivisionAsked) { let _ = 1 / division.by; }
///
/// let outcome = events::dispatch(&DivisionAsked { by: 0 });
/// match outcome.failures()[0].kind() {
///     FailureKind::Panic(message) => assert_eq!(message, "attempt to divide by zero"),
///     other => panic!("{other}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum FailureKind {
    /// The handler returned this error.
    Error(BoxError),
    /// The handler panicked with this message. Panics are caught with the feature `std` alone.
    Panic(String),
    /// The handler asks for something that only a bus has, such as state, and the event was dispatched without a bus.
    NeedsBus,
}

impl Failure {
    /// The failure of one handler. `None` for the fault of a group, which is a list of failures, and for a stop.
    fn of(place: Place, fault: Fault) -> Option<Self> {
        let (kind, is_retryable) = match fault {
            Fault::Error { error, is_retryable } => (FailureKind::Error(error), is_retryable),
            Fault::Panicked(message) => (FailureKind::Panic(message), true),
            Fault::NeedsBus => (FailureKind::NeedsBus, false),
            Fault::Stop(_) | Fault::Group(..) => return None,
        };
        Some(Self { place, kind, is_retryable })
    }

    /// Returns the handler; `None` for a closure that was subscribed at run time.
    pub fn handler(&self) -> Option<&'static HandlerMeta> {
        self.place.handler()
    }

    /// Returns the closure; `None` for a `#[handler]`.
    pub fn closure(&self) -> Option<ClosureMeta> {
        self.place.closure()
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

    /// Returns how the handler failed.
    pub fn kind(&self) -> &FailureKind {
        &self.kind
    }

    /// Returns how the handler failed, by value, to keep an error for longer than the outcome.
    ///
    /// [`Outcome::into_failures`](super::Outcome::into_failures) has an example.
    pub fn into_kind(self) -> FailureKind {
        self.kind
    }

    /// Returns whether a retry of the handler may help.
    ///
    /// It is `false` for an error for which the condition of `retry(when = ..)` does not hold, and for
    /// [`FailureKind::NeedsBus`]. It is `true` for all other errors and for panics. Whether the handler is retried is decided
    /// by the lane, which follows the handler's [`Retry`](crate::handler::Retry).
    ///
    /// ```
    /// use std::io::{Error, ErrorKind};
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct FileRequested { path: &'static str }
    ///
    /// #[handler(retry(max = 3, when = |error| error.kind() == ErrorKind::TimedOut))]
    /// fn download(file: &FileRequested) -> Result<(), Error> {
    ///     Err(if file.path.is_empty() { ErrorKind::InvalidInput } else { ErrorKind::TimedOut }.into())
    /// }
    ///
    /// assert!(events::dispatch(&FileRequested { path: "/a" }).failures()[0].is_retryable());
    /// assert!(!events::dispatch(&FileRequested { path: "" }).failures()[0].is_retryable());
    /// ```
    pub fn is_retryable(&self) -> bool {
        self.is_retryable
    }

    /// Returns the error that the handler returned; `None` if it failed in another way.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct AgeEntered { text: &'static str }
    ///
    /// #[handler]
    /// fn check_age(age: &AgeEntered) -> Result<(), std::num::ParseIntError> {
    ///     age.text.parse::<u8>().map(drop)
    /// }
    ///
    /// let outcome = events::dispatch(&AgeEntered { text: "young" });
    /// assert!(outcome.failures()[0].error().unwrap().is::<std::num::ParseIntError>());
    /// ```
    pub fn error(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        match &self.kind {
            FailureKind::Error(error) => Some(&**error),
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Panic(message) => write!(f, "panicked: {message}"),
            Self::NeedsBus => {
                f.write_str("needs a bus: it asks for state, and `dispatch` has none; emit on a `Bus`")
            }
        }
    }
}
