//! Lanes: bounded queues whose workers run the handlers of the events that were sent.
//!
//! [`Bus::send`](crate::Bus::send) puts an event on its lane and returns. A worker of the lane takes the event and runs the
//! handlers that an emit would run. No event is lost in silence: one that is not handled is returned to the sender, becomes a
//! [`DeadLetter`], or is listed in the [`ShutdownReport`]. The [`Account`] adds up at any time.
//!
//! - **Order**: events of one key (`key = ..`) are handled one after the other, in the order in which they were sent, with any
//!   number of workers. Where they differ in urgency, the urgency comes first. Events without a key, or of different keys, are
//!   handled at the same time if there are several workers.
//! - **Urgency**: a lane has three queues: high, normal and low. Of 16 events that are taken while all three hold some, 12 are
//!   high, 3 normal and 1 low.
//! - **Failure**: a handler with `retry(..)` runs again after it failed; the other handlers do not. `timeout`, `breaker` and
//!   `batch` of a handler apply on lanes too.

// In layers, each of which imports from those before it in this order, and from no other: clock, failure, config, queue,
// schedule, current, dead_letter, execute, host, worker, send, shutdown, stats, handle.
mod clock;
mod config;
mod current;
mod dead_letter;
mod execute;
mod failure;
mod handle;
mod host;
mod queue;
mod schedule;
mod send;
mod shutdown;
mod stats;
mod worker;

pub use crate::door::ForeignCode;
pub(crate) use clock::{Clock, ManualClock};
#[doc(hidden)]
pub use config::Lane;
pub use config::{KeyOrder, LaneConfig, Mark, Overflow, Wait, Watermark, Workers};
pub(crate) use dead_letter::Store;
pub use dead_letter::{DeadLetter, DeadLetters, ResendError, UnseenLetters};
pub(crate) use execute::Route;
pub use execute::{OpenBreaker, SlowHandler};
pub use failure::{Attempt, Reason};
pub(crate) use handle::LaneHost;
pub use handle::{IsolatedPanics, LaneHandle};
pub(crate) use host::Host;
pub(crate) use schedule::Scheduler;
pub(crate) use send::Sender;
pub use send::{SendBatchError, SendError, SendErrorKind};
pub use shutdown::{Account, Left, Running, ShutdownReport};
pub(crate) use shutdown::{Lanes, OpenError};
pub use stats::LaneStats;
pub(crate) use worker::Budget;
pub use worker::SetWorkersError;
