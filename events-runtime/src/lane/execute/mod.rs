//! Running handlers, one by one where their policies ask for it, and what follows for the message.

mod backoff;
mod batch_run;
mod breaker;
mod complete;
mod events;
mod join;
mod route;
mod runner;
mod slow;
mod window;

pub use breaker::OpenBreaker;
pub(super) use complete::{Completed, Completion, again};
pub(crate) use route::Route;
pub(super) use runner::Ran;
pub use slow::SlowHandler;
