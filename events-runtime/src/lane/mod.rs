//! Lanes: bounded queues whose workers run the handlers of the events that were sent.
//!
//! [`Bus::send`](crate::Bus::send) puts an event on the lane it names, and returns. A worker takes it and runs the same
//! handlers that an emit would run. Nothing is lost in silence: an event that is not handled is returned to the sender,
//! becomes a [`DeadLetter`], or is named in the [`ShutdownReport`]; and the [`Account`] adds up at any time.
//!
//! - **Order**: events with a `key` are handled one after the other, in the order in which they were sent, whatever the
//!   number of workers; those of one key and different urgencies in the order of the queues. Others spread over the
//!   workers.
//! - **Urgency**: high before normal before low; of 16 events taken while all three wait, 12, 3 and 1.
//! - **Failure**: a handler with `retry(..)` runs again, by itself; one with a `timeout`, a `breaker` or `batch` is run as
//!   it asks.

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
