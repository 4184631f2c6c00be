//! The registration of a worker with its lane.

use std::sync::Arc;

#[cfg(feature = "tokio")]
use crate::lane::schedule::Stage;
use crate::lane::schedule::{Scheduler, WorkerCounts};

/// The registration of a worker. Its drop removes the worker, and adds its counts to those of the lane.
pub(super) struct Presence {
    pub(super) lane: Arc<Scheduler>,
    pub(super) counts: Arc<WorkerCounts>,
    pub(super) index: usize,
    may_go: bool,
}

impl Presence {
    pub(super) fn new(lane: Arc<Scheduler>, counts: Arc<WorkerCounts>, index: usize) -> Self {
        Self { lane, counts, index, may_go: false }
    }

    /// Whether this worker may leave. Asked after an assignment to leave: the number of workers may have grown again since.
    pub(super) fn may_go(&mut self) -> bool {
        self.may_go = self.lane.may_leave(self.index);
        self.may_go
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.lane.leave(self.index, &self.counts);
        // If a task ends before its lane and was not asked to leave, its runtime was shut down.
        #[cfg(feature = "tokio")]
        let is_lost = !self.may_go && self.lane.stage() != Stage::Ended;
        #[cfg(feature = "tokio")]
        if is_lost && self.lane.settings.tokio.is_some() && self.lane.present() == 0 {
            self.lane.set_runtime_gone();
        }
    }
}
