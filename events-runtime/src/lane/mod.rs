//! Lanes: bounded queues whose workers run the tables of the events that were sent.
//!
//! [`Bus::send`](crate::Bus::send) puts an event on the lane it names, and returns. A worker takes it and runs the same
//! handlers that an emit would run. Nothing is lost in silence: what is not handled comes back to the sender, becomes a
//! [`DeadLetter`], or is named by [`ShutdownReport`]; and [`Account`] adds up.
//!
//! - **Order**: events with a `key` are handled one after the other, in the order in which they were sent, whatever the
//!   number of workers; those of one key and different urgencies in the order of the queues. Others spread over the
//!   workers.
//! - **Urgency**: high before normal before low; of 16 events taken while all three wait, 12, 3 and 1.
//! - **Failure**: a handler with `retry(..)` runs again, by itself; one with a `timeout`, a `breaker` or `batch` is run as
//!   it asks.

mod account;
mod batch;
mod breaker;
mod claims;
mod core;
mod crew;
mod dead_letter;
mod envelope;
mod foreign;
mod handle;
mod hands;
mod keys;
mod lanes;
mod pool;
mod quiet;
mod rate;
mod record;
mod report;
mod retry;
mod ring;
mod route;
mod run;
mod send;
mod settings;
mod settle;
mod share;
mod sleep;
mod slow;
#[cfg(feature = "tokio")]
mod task;
mod trouble;
mod watermark;
mod work;
mod worker;

pub use account::Account;
pub use breaker::OpenBreaker;
pub(crate) use dead_letter::Store;
pub use dead_letter::{DeadLetter, DeadLetters, ResendError};
pub use handle::LaneHandle;
pub(crate) use lanes::Lanes;
pub use report::{Left, Running, ShutdownReport};
pub(crate) use route::RouteCell;
pub(crate) use send::Way;
pub use send::{SendBatchError, SendError, SendErrorKind};
pub use settings::{KeyOrder, Lane, Overflow, Wait};
pub use slow::SlowHandler;
pub use trouble::{Attempt, Reason};
pub use watermark::{Mark, Watermark};
