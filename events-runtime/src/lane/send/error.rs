use std::fmt;

use events_core::event::Event;

/// An event that was not sent, and why.
#[non_exhaustive]
pub struct SendError<E> {
    /// The event.
    pub event: E,
    /// Why it came back.
    pub kind: SendErrorKind,
}

/// Events of a batch that were not sent, and why.
#[non_exhaustive]
pub struct SendBatchError<E> {
    /// How many were sent before.
    pub sent: usize,
    /// The others, in their order.
    pub unsent: Vec<E>,
    /// Why they came back.
    pub kind: SendErrorKind,
}

/// Why an event was not sent, and was returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// The lane is full.
    Full,
    /// The lane was full for as long as the sender would wait.
    TimedOut,
    /// The lane is full, and the sender is one of its workers: it would have waited for itself.
    OwnLane,
    /// The lane is full, and its workers are tasks that cannot run before this thread goes on: await `send_async` instead.
    OwnRuntime,
    /// The bus was shut down, or is being shut down and the sender is none of its running handlers.
    Closed,
    /// The system would not give the lane a worker, or the runtime of its workers was shut down.
    NoWorker(std::io::ErrorKind),
    /// The system has no memory for the lane's queues.
    NoMemory,
    /// The bus has no lane of this name.
    UnknownLane,
    /// The event has `async` handlers, and its lane has no runtime: see `LaneConfig::tokio`, of the feature `tokio`.
    NeedsRuntime,
    /// The bus does not know the event: it is of another image of the program, such as a loaded library.
    UnknownEvent,
}

impl fmt::Display for SendErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the lane is full",
            Self::TimedOut => "the lane was full for as long as the sender would wait",
            Self::OwnLane => "the lane is full, and its own worker cannot wait for it",
            Self::Closed => "the bus was shut down",
            Self::OwnRuntime => {
                "the lane is full, and its workers cannot run before this thread goes on: await `send_async`"
            }
            Self::NoWorker(std::io::ErrorKind::NotConnected) => {
                "the runtime of the lane's workers was shut down"
            }
            Self::NoWorker(kind) => return write!(f, "the lane got no worker: {kind}"),
            Self::NoMemory => "the system has no memory for the lane's queues",
            Self::UnknownLane => "the bus has no lane of this name",
            Self::NeedsRuntime => {
                "it has `async` handlers and its lane has no runtime: give it one with `.tokio(handle)`"
            }
            Self::UnknownEvent => "the bus does not know this event",
        })
    }
}

impl<E: Event> fmt::Display for SendError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was not sent: {}", E::META.name, self.kind)
    }
}

impl<E: Event> fmt::Debug for SendError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendError({self})")
    }
}

impl<E: Event> std::error::Error for SendError<E> {}

impl<E: Event> fmt::Display for SendBatchError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sent, unsent) = (self.sent, self.unsent.len());
        write!(f, "{unsent} of {} {} were not sent: {}", sent + unsent, E::META.name, self.kind)
    }
}

impl<E: Event> fmt::Debug for SendBatchError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendBatchError({self})")
    }
}

impl<E: Event> std::error::Error for SendBatchError<E> {}
