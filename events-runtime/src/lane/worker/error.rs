use std::error::Error;
use std::fmt;
use std::io;

/// Why [`LaneHandle::set_workers`](crate::LaneHandle::set_workers) failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetWorkersError {
    /// The number or the range is out of bounds. Nothing has changed.
    #[non_exhaustive]
    OutOfBounds {
        /// The name of the lane.
        lane: String,
        /// What is wrong with it, and what its bounds are.
        what: String,
    },
    /// The system would not start a worker; the lane has as many as it would. A send reports it with
    /// [`SendErrorKind::NoWorker`](crate::lane::SendErrorKind::NoWorker), the building of a bus with
    /// [`BuildProblem::NoWorker`](crate::bus::BuildProblem::NoWorker).
    #[non_exhaustive]
    NoWorker {
        /// The name of the lane.
        lane: String,
        /// The error of the system.
        kind: io::ErrorKind,
    },
}

impl SetWorkersError {
    /// The error of the system, or [`InvalidInput`](io::ErrorKind::InvalidInput) for a number that is out of bounds.
    pub fn kind(&self) -> io::ErrorKind {
        match self {
            Self::OutOfBounds { .. } => io::ErrorKind::InvalidInput,
            Self::NoWorker { kind, .. } => *kind,
        }
    }
}

impl fmt::Display for SetWorkersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds { lane, what } => write!(f, "the lane {lane:?} cannot be changed: {what}"),
            Self::NoWorker { lane, kind } => write!(f, "the lane {lane:?} got no worker: {kind}"),
        }
    }
}

impl Error for SetWorkersError {}

/// For functions that return [`io::Result`].
impl From<SetWorkersError> for io::Error {
    fn from(error: SetWorkersError) -> Self {
        Self::new(error.kind(), error)
    }
}
