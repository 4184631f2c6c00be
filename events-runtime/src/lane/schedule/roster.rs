//! The workers of a lane, and the sums of those that have left.

use std::sync::Arc;

#[cfg(feature = "tokio")]
use events_core::event::EventMeta;
#[cfg(feature = "tokio")]
use tokio::task::AbortHandle;

use super::counts::WorkerCounts;

/// The workers of a lane, present and past.
#[derive(Default)]
pub(super) struct Roster {
    /// The counts of the present workers.
    pub(super) counts: Vec<Arc<WorkerCounts>>,
    /// The worker at each index.
    pub(super) by_index: Vec<Option<Arc<WorkerCounts>>>,
    /// How many messages the workers that have left had handled.
    pub(super) handled: u64,
    /// How many messages the workers that have left had given up.
    pub(super) dead: u64,
    /// The abort handles of the present workers' tasks, if the lane aborts them at its end.
    #[cfg(feature = "tokio")]
    pub(super) aborts: Vec<(Arc<WorkerCounts>, AbortHandle)>,
    /// The events that were under way in aborted tasks.
    #[cfg(feature = "tokio")]
    pub(super) aborted: Vec<&'static EventMeta>,
}

impl Roster {
    /// Removes a worker, and adds its counts to the sums. Called under the lane's lock, so that no reading has its
    /// messages twice or not at all.
    pub(super) fn remove(&mut self, counts: &Arc<WorkerCounts>) {
        let (handled, dead, _) = counts.read();
        self.handled += handled;
        self.dead += dead;
        self.counts.retain(|other| !Arc::ptr_eq(other, counts));
    }
}
