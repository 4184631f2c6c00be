//! Workers: threads, or tasks of a runtime, that take messages off a lane and run their handlers.

mod control;
mod idle;
mod pool;
mod presence;
mod supervisor;
#[cfg(feature = "tokio")]
mod task;
mod thread;

pub(super) use control::{open, set_workers};
