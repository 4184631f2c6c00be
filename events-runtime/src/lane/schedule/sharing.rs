//! Sharing the work of one message among the workers of its lane.

use std::mem;
use std::ptr;
use std::sync::Arc;

use super::scheduler::Scheduler;
use super::shared::{Shared, Work};

/// The worker that shares its work. The drop, also during a panic, waits until no piece is under way.
struct Owner<'a> {
    lane: &'a Scheduler,
    shared: Arc<Shared>,
}

impl Drop for Owner<'_> {
    fn drop(&mut self) {
        self.shared.stop();
        self.lane.lock().take_back(&self.shared);
        self.shared.wait();
    }
}

impl Scheduler {
    /// Does pieces `0..count` of some work, each once: on this thread, which is a worker's, and on idle workers.
    /// Returns when all are done.
    pub(in crate::lane) fn share(&self, count: usize, work: &Work<'_>) {
        let work = ptr::from_ref(work);
        // SAFETY: only the lifetime changes. `Shared` calls `work` only until the drop of `Owner`, below, which is
        // before this call returns.
        let work = unsafe { mem::transmute::<*const Work<'_>, *const Work<'static>>(work) };
        // SAFETY: the drop of `owner` calls `stop` and `wait` before this call returns, and `work` is valid until then.
        let shared = unsafe { Shared::new(work, count) };
        let owner = Owner { lane: self, shared: Arc::new(shared) };
        if self.lock().offer(&owner.shared, count - 1) {
            self.idle.wake_fenced(count - 1);
        }
        owner.shared.help();
    }
}
