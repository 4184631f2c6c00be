//! How many messages a batch window holds, as the scheduler sees it.

use std::sync::atomic::{AtomicUsize, Ordering};

use events_core::event::EventMeta;

/// How many messages one batch window holds. Written under the lane's lock, or by the current run of the window.
pub(in crate::lane) struct WindowLoad {
    event: &'static EventMeta,
    /// Whether later messages wait while a run waits for its retry.
    strict: bool,
    /// How many messages are gathered or in a run.
    held: AtomicUsize,
    /// How many of them are in a run that waits for its retry.
    parked: AtomicUsize,
}

impl WindowLoad {
    pub(in crate::lane) fn new(event: &'static EventMeta, strict: bool) -> Self {
        Self { event, strict, held: AtomicUsize::new(0), parked: AtomicUsize::new(0) }
    }

    pub(super) fn event(&self) -> &'static EventMeta {
        self.event
    }

    pub(in crate::lane) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    pub(in crate::lane) fn add(&self) {
        self.held.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that this many messages have left the window.
    pub(in crate::lane) fn release(&self, messages: usize) {
        self.held.fetch_sub(messages, Ordering::Relaxed);
    }

    /// Records that a run with this many messages waits for its retry.
    pub(in crate::lane) fn park(&self, messages: usize) {
        self.parked.fetch_add(messages, Ordering::Relaxed);
    }

    /// Records that such a run resumes.
    pub(in crate::lane) fn unpark(&self, messages: usize) {
        self.parked.fetch_sub(messages, Ordering::Relaxed);
    }

    /// Whether the window has nothing to run before a retry is due.
    pub(super) fn is_idle(&self) -> bool {
        let (held, parked) = (self.held(), self.parked.load(Ordering::Relaxed));
        held == parked || (self.strict && parked > 0)
    }
}
