//! Workers: threads, or tasks of a runtime, that take messages off a lane and run their handlers.

mod caller;
mod idle;
mod one_job;
mod pool;
#[cfg(feature = "tokio")]
mod task;
mod thread;

pub(crate) use caller::Budget;
pub(super) use caller::run_pending;
pub(super) use pool::{set_workers, start_missing};
