use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use super::{Place, StoppedBy};
use crate::handler::{ClosureMeta, Fault, HandlerMeta};

/// The error a handler returned, of any type.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The failures of one run: nothing until the first.
#[derive(Default)]
pub(crate) struct Failures(Option<Box<Noted>>);

/// What an outcome holds in a box: the failures, and who stopped the run.
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

    /// The box, for an outcome to keep.
    pub(super) fn into_noted(self) -> Option<Box<Noted>> {
        self.0
    }

    /// The failures in a box.
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

/// A handler that failed, and how.
///
/// `Display` writes how; [`name`](Self::name), [`file`](Self::file) and [`line`](Self::line) tell which.
#[derive(Debug)]
pub struct Failure {
    place: Place,
    kind: FailureKind,
    is_retryable: bool,
}

/// How a handler failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum FailureKind {
    /// It returned this error.
    Error(BoxError),
    /// It panicked with this message.
    Panic(String),
    /// It asks for something only a bus can give, and was dispatched without one.
    NeedsBus,
}

impl Failure {
    /// How one handler failed; `None` for a group's list of them, and for what is no failure.
    fn of(place: Place, fault: Fault) -> Option<Self> {
        let (kind, is_retryable) = match fault {
            Fault::Error { error, is_retryable } => (FailureKind::Error(error), is_retryable),
            Fault::Panicked(message) => (FailureKind::Panic(message), true),
            Fault::NeedsBus => (FailureKind::NeedsBus, false),
            Fault::Stop(_) | Fault::Group(..) => return None,
        };
        Some(Self { place, kind, is_retryable })
    }

    /// The handler; `None` for a closure subscribed at run time.
    pub fn handler(&self) -> Option<&'static HandlerMeta> {
        self.place.handler()
    }

    /// The closure; `None` for a linked handler.
    pub fn closure(&self) -> Option<ClosureMeta> {
        self.place.closure()
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

    /// How it failed.
    pub fn kind(&self) -> &FailureKind {
        &self.kind
    }

    /// How it failed, by value: to be kept for longer than the outcome.
    pub fn into_kind(self) -> FailureKind {
        self.kind
    }

    /// Whether running the handler again may help: not for an error for which the condition of `retry(when = ..)` does not
    /// hold, nor where there is no bus. Errors without such a condition and panics may be retried.
    ///
    /// Whether it is retried is the lane's to decide, by the handler's [`Retry`](crate::handler::Retry).
    pub fn is_retryable(&self) -> bool {
        self.is_retryable
    }

    /// The error it returned, if it returned one.
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
