//! Running handlers, one by one where their policies require it, and completing, retrying or giving up the message.

mod backoff;
mod batch_run;
mod breaker;
mod complete;
mod events;
mod join;
mod policies;
mod route;
mod runner;
mod slow;
mod window;

pub use breaker::OpenBreaker;
pub(super) use complete::{Completed, Completion, again};
pub(crate) use route::Route;
pub(super) use runner::Ran;
pub use slow::SlowHandler;
