//! Sharing the work of one message among the workers of its lane.

use std::mem;
use std::ptr;
use std::sync::Arc;

use super::scheduler::Scheduler;
use super::shared::{Shared, Work};

/// Waits, however its worker leaves, until nobody is at work on what it shares.
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
    /// Does pieces `0..count` of some work, each once: on this thread, a worker's, and on workers that have nothing else to
    /// do. Returns when all are done.
    pub(in crate::lane) fn share(&self, count: usize, work: &Work<'_>) {
        let work = ptr::from_ref(work);
        // SAFETY: only a lifetime changes, of what `Shared` calls while `Owner`, below, keeps this call from returning.
        let work = unsafe { mem::transmute::<*const Work<'_>, *const Work<'static>>(work) };
        // SAFETY: the owner keeps this call, and so the work, until nobody is at work on it.
        let shared = unsafe { Shared::new(work, count) };
        let owner = Owner { lane: self, shared: Arc::new(shared) };
        if self.lock().offer(&owner.shared, count - 1) {
            self.idle.wake_fenced(count - 1);
        }
        owner.shared.help();
    }
}
