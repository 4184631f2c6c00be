//! How workers join and leave a lane.

use std::sync::Arc;

use events_core::event::EventMeta;
#[cfg(feature = "tokio")]
use tokio::task::AbortHandle;

use super::counts::WorkerCounts;
use super::scheduler::{Scheduler, Stage};

impl Scheduler {
    /// Adds a worker at an index, and returns its counts. `None` if there is one at this index.
    pub(in crate::lane) fn join(&self, index: usize) -> Option<Arc<WorkerCounts>> {
        let mut roster = self.roster.lock();
        if roster.by_index.len() <= index {
            roster.by_index.resize(index + 1, None);
        }
        if roster.by_index[index].is_some() {
            return None;
        }
        let counts = Arc::new(WorkerCounts::new());
        roster.by_index[index] = Some(counts.clone());
        roster.counts.push(counts.clone());
        Some(counts)
    }

    /// Whether the worker at this index may leave: not if the number of workers has grown again since its assignment.
    pub(in crate::lane) fn may_leave(&self, index: usize) -> bool {
        let state = self.lock();
        let stays = self.stage() != Stage::Ended && index < state.target;
        if !stays {
            self.roster.lock().by_index[index] = None;
        }
        !stays
    }

    /// Removes a worker, and adds its counts to those of the lane.
    pub(in crate::lane) fn leave(&self, index: usize, counts: &Arc<WorkerCounts>) {
        {
            let _state = self.lock();
            let mut roster = self.roster.lock();
            roster.remove(counts);
            #[cfg(feature = "tokio")]
            roster.aborts.retain(|(other, _)| !Arc::ptr_eq(other, counts));
            // Another worker may have taken the index already.
            if roster.by_index[index].as_ref().is_some_and(|other| Arc::ptr_eq(other, counts)) {
                roster.by_index[index] = None;
            }
        }
        self.quiescence.notify();
    }

    /// The lowest index at which there is no worker.
    pub(super) fn first_missing(&self) -> usize {
        let roster = self.roster.lock();
        roster.by_index.iter().position(Option::is_none).unwrap_or(roster.by_index.len())
    }

    /// How many workers there are.
    pub(in crate::lane) fn present(&self) -> usize {
        self.roster.lock().counts.len()
    }

    /// The events that workers have under way.
    pub(in crate::lane) fn running(&self) -> Vec<&'static EventMeta> {
        let roster = self.roster.lock();
        roster.counts.iter().filter_map(|counts| counts.under_way()).map(|of| of.get().event()).collect()
    }
}

#[cfg(feature = "tokio")]
impl Scheduler {
    /// Keeps the abort handle of a worker's task until the worker leaves.
    pub(in crate::lane) fn keep_abort_handle(&self, counts: &Arc<WorkerCounts>, abort: AbortHandle) {
        let mut roster = self.roster.lock();
        if !roster.counts.iter().any(|other| Arc::ptr_eq(other, counts)) {
            return;
        }
        roster.aborts.push((counts.clone(), abort.clone()));
        drop(roster);
        // If the lane ended before the handle was added, `abort_tasks` has missed this task.
        if self.stage() == Stage::Ended {
            abort.abort();
        }
    }

    /// Aborts the tasks of the workers, if `abort_at_end` is set.
    pub(in crate::lane) fn abort_tasks(&self) {
        let aborts: Vec<_> = self.roster.lock().aborts.iter().map(|(_, abort)| abort.clone()).collect();
        // Outside of the lock, because a task that ends takes it.
        aborts.iter().for_each(AbortHandle::abort);
    }

    /// Records the event that a worker had under way when its task was dropped after the end of the lane.
    pub(in crate::lane) fn note_aborted(&self, counts: &WorkerCounts) {
        if self.stage() == Stage::Ended
            && let Some(of) = counts.under_way()
        {
            self.roster.lock().aborted.push(of.get().event());
        }
    }
}

impl Scheduler {
    /// The events whose handlers were aborted.
    pub(in crate::lane) fn aborted(&self) -> Vec<&'static EventMeta> {
        #[cfg(feature = "tokio")]
        return self.roster.lock().aborted.clone();
        #[cfg(not(feature = "tokio"))]
        Vec::new()
    }
}
