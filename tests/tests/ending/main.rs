//! How a bus ends: what is handled, what is reported and where, and what waits for what.
//!
//! Each test runs in a process of its own: one that hangs or aborts fails alone. No handler of dead letters is linked here,
//! so nobody has looked at a letter unless a test did.

mod aborted;
mod after_the_end;
mod cancelled;
mod cancelled_ends;
mod dropping;
mod events;
mod handlers_send;
mod ownership;
mod reports;
mod runtimes;
mod shutdowns;
#[path = "../support/mod.rs"]
mod support;
mod tasks_send;
