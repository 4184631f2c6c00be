//! Sending: how an event gets onto its lane, and what becomes of one that finds no room.

mod asynchronous;
mod batch;
mod error;
#[cfg(feature = "tokio")]
mod on_runtime;
mod room;
mod sender;

pub use error::{SendBatchError, SendError, SendErrorKind};
pub(crate) use sender::Sender;
