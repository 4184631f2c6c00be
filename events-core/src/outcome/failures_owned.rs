use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use super::Place;
use crate::handler::{ClosureMeta, Fault, Flow, HandlerMeta};

/// The error a handler returned, of any type.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The failures of one run: nothing until the first.
// The double box keeps an outcome at two words, of which this is one.
#[derive(Default)]
#[allow(clippy::box_collection)]
pub struct Failures(Option<Box<Vec<Failure>>>);

impl Failures {
    pub(crate) const NONE: Self = Self(None);

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn as_slice(&self) -> &[Failure] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn into_vec(self) -> Vec<Failure> {
        self.0.map_or_else(Vec::new, |failures| *failures)
    }

    pub(crate) fn push(&mut self, failure: Failure) {
        self.0.get_or_insert_default().push(failure);
    }

    pub(crate) fn append(&mut self, other: Failures) {
        if let Some(other) = other.0 {
            self.0.get_or_insert_default().extend(*other);
        }
    }

    pub(crate) fn add(&mut self, place: Place, fault: Fault) {
        match fault {
            Fault::Group(failures, _) => self.append(failures),
            fault => {
                let kind = FailureKind::of(fault);
                self.0.get_or_insert_default().extend(kind.map(|kind| Failure { place, kind }));
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

impl FailureKind {
    /// How one handler failed; `None` for a group's list of them.
    fn of(fault: Fault) -> Option<Self> {
        match fault {
            Fault::Error(error) => Some(Self::Error(error)),
            Fault::Panicked(message) => Some(Self::Panic(message)),
            Fault::NeedsBus => Some(Self::NeedsBus),
            Fault::Group(..) => None,
        }
    }
}

impl Failure {
    /// What went wrong in a flow of a handler outside of the table.
    pub(crate) fn of_closure(place: Place, flow: Flow) -> Failures {
        let mut failures = Failures::NONE;
        if let Some(kind) = flow.into_fault().and_then(FailureKind::of) {
            failures.push(Self { place, kind });
        }
        failures
    }

    /// The handler; `None` for a closure subscribed at run time.
    pub fn handler(&self) -> Option<&'static HandlerMeta> {
        match self.place {
            Place::Handler(handler) => Some(handler),
            Place::Closure(_) => None,
        }
    }

    /// The closure; `None` for a linked handler.
    pub fn closure(&self) -> Option<ClosureMeta> {
        match self.place {
            Place::Handler(_) => None,
            Place::Closure(closure) => Some(closure),
        }
    }

    /// The handler's full path; of a closure the name it was subscribed with, or `subscription`.
    pub fn name(&self) -> &'static str {
        match self.place {
            Place::Handler(handler) => handler.path,
            Place::Closure(closure) => closure.label(),
        }
    }

    /// The file of the handler, or of the call that subscribed the closure.
    pub fn file(&self) -> &'static str {
        match self.place {
            Place::Handler(handler) => handler.file,
            Place::Closure(closure) => closure.subscribed_at.file(),
        }
    }

    /// The line in that file, from 1.
    pub fn line(&self) -> u32 {
        match self.place {
            Place::Handler(handler) => handler.line,
            Place::Closure(closure) => closure.subscribed_at.line(),
        }
    }

    /// How it failed.
    pub fn kind(&self) -> &FailureKind {
        &self.kind
    }

    /// How it failed, by value: to be kept for longer than the outcome.
    pub fn into_kind(self) -> FailureKind {
        self.kind
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
