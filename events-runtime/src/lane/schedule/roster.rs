//! The workers of a lane that are there, and what those counted who have gone.

use std::sync::Arc;

#[cfg(feature = "tokio")]
use events_core::event::EventMeta;
#[cfg(feature = "tokio")]
use tokio::task::AbortHandle;

use super::counts::WorkerCounts;

/// The workers that are there or were.
#[derive(Default)]
pub(super) struct Roster {
    /// The counts of those that are there.
    pub(super) counts: Vec<Arc<WorkerCounts>>,
    /// Who has which index.
    pub(super) seats: Vec<Option<Arc<WorkerCounts>>>,
    /// What those handled who have gone.
    pub(super) handled: u64,
    /// What those gave up who have gone.
    pub(super) dead: u64,
    /// What ends the tasks of those that are there, where the lane aborts them at its end.
    #[cfg(feature = "tokio")]
    pub(super) aborts: Vec<(Arc<WorkerCounts>, AbortHandle)>,
    /// What was under way in tasks that were aborted.
    #[cfg(feature = "tokio")]
    pub(super) aborted: Vec<&'static EventMeta>,
}

impl Roster {
    /// Lets one go that had a place here: its counts join those of the lane. To be called under the lane's lock, so that no
    /// count sees it twice or not at all.
    pub(super) fn let_go(&mut self, counts: &Arc<WorkerCounts>) {
        let (handled, dead, _) = counts.read();
        self.handled += handled;
        self.dead += dead;
        self.counts.retain(|other| !Arc::ptr_eq(other, counts));
    }
}
