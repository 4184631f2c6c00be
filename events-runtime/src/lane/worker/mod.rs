//! Workers: threads, or tasks of a runtime, that take messages from a lane and run their handlers.

mod caller;
mod control;
mod error;
mod idle;
mod one_job;
mod pool;
mod presence;
mod supervisor;
#[cfg(feature = "tokio")]
mod task;
mod thread;

pub(crate) use caller::Budget;
pub(super) use caller::run_pending;
pub(super) use control::{open, set_workers};
pub use error::SetWorkersError;
