//! Decides what each worker does next, under the lane's lock.
//!
//! [`Scheduler`] is a running lane. Workers ask it for [`Assignment`]s, and report which messages are complete and
//! which handlers have to be retried, and when.

mod assign;
mod caller;
mod counts;
mod job;
mod keys;
mod local_batch;
mod membership;
mod quiescence;
mod rate;
mod roster;
mod scheduler;
mod shared;
mod sharing;
mod sizing;
mod state;
mod supervision;
mod timers;
mod totals;
mod windows;

pub(super) use assign::{Assignment, Done, Pause, Why};
pub(super) use counts::WorkerCounts;
pub(super) use job::{BatchStep, DeferredCall, IncompleteMessage, Job, PendingRetry};
pub(super) use local_batch::LocalBatch;
pub(super) use quiescence::Quiescence;
pub(crate) use scheduler::Scheduler;
pub(super) use scheduler::Stage;
pub(super) use sizing::Sizing;
pub(super) use state::State;
pub(super) use supervision::Supervision;
pub(super) use totals::Totals;
pub(super) use windows::WindowLoad;
