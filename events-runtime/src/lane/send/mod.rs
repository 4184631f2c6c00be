//! Sending: how an event is put on its lane, and what happens if the lane is full.

mod asynchronous;
mod batch;
mod error;
#[cfg(feature = "tokio")]
mod on_runtime;
mod room;
mod sender;

pub use error::{SendBatchError, SendError, SendErrorKind};
pub(crate) use sender::Sender;
