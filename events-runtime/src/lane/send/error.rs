use std::fmt;

use events_core::event::Event;

/// An event that was not sent, with the reason. Returned by [`Bus::send`](crate::Bus::send) and the methods like it.
///
/// ```
/// use events::LaneConfig;
/// use events::lane::Overflow;
/// use events::prelude::*;
///
/// #[event(name = "order.placed")]
/// struct OrderPlaced(u32);
///
/// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0).capacity(1).overflow(Overflow::Reject);
/// let bus = Bus::builder().lane(lane).build().unwrap();
/// bus.send(OrderPlaced(7)).unwrap();
/// let error = bus.send(OrderPlaced(8)).unwrap_err();
/// assert_eq!(error.to_string(), "order.placed was not sent: the lane is full");
/// assert_eq!(error.event.0, 8); // to be kept, or sent again
/// ```
#[non_exhaustive]
pub struct SendError<E> {
    /// The event, which the sender gets back.
    pub event: E,
    /// Why it was not sent.
    pub kind: SendErrorKind,
}

/// The events of a batch that were not sent, with the reason. Returned by [`Bus::send_batch`](crate::Bus::send_batch).
///
/// ```
/// use events::LaneConfig;
/// use events::lane::Overflow;
/// use events::prelude::*;
///
/// #[event(name = "seat.booked")]
/// struct SeatBooked(u32);
///
/// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0).capacity(1).overflow(Overflow::Reject);
/// let bus = Bus::builder().lane(lane).build().unwrap();
/// let error = bus.send_batch([7, 8, 9].map(SeatBooked)).unwrap_err();
/// assert_eq!(error.to_string(), "2 of 3 seat.booked were not sent: the lane is full");
/// assert_eq!((error.sent, error.unsent[0].0), (1, 8));
/// ```
#[non_exhaustive]
pub struct SendBatchError<E> {
    /// How many events of the batch were sent.
    pub sent: usize,
    /// The other events, in their order.
    pub unsent: Vec<E>,
    /// Why they were not sent.
    pub kind: SendErrorKind,
}

/// Why an event was not sent, and was returned to the sender.
///
/// ```
/// use events::lane::{SendError, SendErrorKind};
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct OrderPlaced;
///
/// /// Whether it is worth to try again.
/// fn is_transient(error: &SendError<OrderPlaced>) -> bool {
///     matches!(error.kind, SendErrorKind::Full | SendErrorKind::TimedOut)
/// }
///
/// let bus = Bus::builder().build().unwrap();
/// assert!(bus.shutdown(Duration::from_secs(5)).is_clean());
/// let error = bus.send(OrderPlaced).unwrap_err();
/// assert_eq!(error.kind, SendErrorKind::Closed);
/// assert!(!is_transient(&error));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// The lane is full.
    Full,
    /// The lane was full for as long as the sender was to wait.
    TimedOut,
    /// The lane is full, and the sender is one of its workers. If it waited for room, it would wait for itself.
    OwnLane,
    /// The lane is full, and its workers are tasks that cannot run until this thread goes on. Await `send_async` instead.
    OwnRuntime,
    /// The bus was shut down, or it is being shut down and the sender is not one of its running handlers.
    Closed,
    /// The system would not start a worker of the lane, or the runtime of its workers was shut down.
    NoWorker(std::io::ErrorKind),
    /// The system has no memory for the lane's queues.
    NoMemory,
    /// The bus has no lane of this name.
    UnknownLane,
    /// The event has `async` handlers, and its lane has no runtime: see `LaneConfig::tokio`, of the feature `tokio`.
    NeedsRuntime,
    /// The bus does not know the event, because it belongs to another image of the program, such as a dynamic library.
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
