//! Which worker gets what next: all that a lane's lock guards.
//!
//! [`Scheduler`] is a lane that is open. Workers ask it for [`Assignment`]s; whoever runs handlers reports to it what is
//! complete, what is to be retried, and when.

mod assign;
mod caller;
mod census;
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
mod windows;

pub(super) use assign::{Assignment, Done, Pause, Why};
pub(super) use census::Totals;
pub(super) use counts::WorkerCounts;
pub(super) use job::{BatchStep, Errand, IncompleteMessage, Job, PendingRetry};
pub(super) use local_batch::LocalBatch;
pub(super) use quiescence::Quiescence;
pub(crate) use scheduler::Scheduler;
pub(super) use scheduler::Stage;
pub(super) use sizing::Sizing;
pub(super) use state::State;
pub(super) use supervision::Supervision;
pub(super) use windows::WindowLoad;
