//! What the scheduler knows of a batch window: how many messages it holds.

use std::sync::atomic::{AtomicUsize, Ordering};

use events_core::event::EventMeta;

/// How many messages one batch window holds. Written under the lane's lock, or by the one run of the window.
pub(in crate::lane) struct WindowLoad {
    event: &'static EventMeta,
    /// Whether a run that waits for its retry keeps later messages waiting too.
    strict: bool,
    /// Messages that are gathered or in a run.
    held: AtomicUsize,
    /// Those of them whose run waits for its retry.
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

    /// Notes that this many messages are counted elsewhere.
    pub(in crate::lane) fn release(&self, messages: usize) {
        self.held.fetch_sub(messages, Ordering::Relaxed);
    }

    /// Notes that a run of this many messages waits for its retry.
    pub(in crate::lane) fn park(&self, messages: usize) {
        self.parked.fetch_add(messages, Ordering::Relaxed);
    }

    /// Notes that such a run goes on.
    pub(in crate::lane) fn unpark(&self, messages: usize) {
        self.parked.fetch_sub(messages, Ordering::Relaxed);
    }

    /// Whether nothing can be done with it before a retry is due.
    pub(super) fn is_idle(&self) -> bool {
        let (held, parked) = (self.held(), self.parked.load(Ordering::Relaxed));
        held == parked || (self.strict && parked > 0)
    }
}
