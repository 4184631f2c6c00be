//! Workers: threads, or tasks of a runtime, that take messages off a lane and run their handlers.

mod idle;
mod pool;
mod supervisor;
#[cfg(feature = "tokio")]
mod task;
mod thread;

pub(super) use pool::{open, set_workers};
