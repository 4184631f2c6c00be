//! Load for queues with workers: events sent at times fixed beforehand, and what became of them.
//!
//! An open loop: the [`model`] says when each event is due, whatever the queue does. A sender that is late sends at once,
//! and latencies are counted from the time at which the event was due. So a queue that makes its senders wait cannot hide
//! it ("coordinated omission").
//!
//! The queue under load is a [`target`]. All targets run the same handler, a [`probe`].

pub mod account;
pub mod bars;
pub mod cancellation;
pub mod contest;
pub mod counts;
pub mod due;
pub mod lanes;
pub mod model;
pub mod pace;
pub mod payload;
pub mod probe;
pub mod registration;
pub mod run;
pub mod select;
pub mod senders;
pub mod target;
pub mod throughput;
pub mod verdict;
