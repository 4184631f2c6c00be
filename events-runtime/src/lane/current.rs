//! What this thread is doing for lanes at this moment.

use std::cell::Cell;
use std::ptr;

use super::schedule::{Quiescence, Scheduler};

thread_local! {
    /// The lane that this thread works for, and the bus of that lane.
    static WORK: Cell<Work> = const { Cell::new(Work { lane: ptr::null(), bus: ptr::null() }) };
    /// Whether what this thread runs was caused by a dead letter.
    static BECAUSE_OF_LETTER: Cell<bool> = const { Cell::new(false) };
}

/// By their addresses, which are compared and never dereferenced.
#[derive(Clone, Copy)]
struct Work {
    lane: *const (),
    bus: *const (),
}

/// Whether this thread works for the lane.
pub(super) fn works_for(lane: &Scheduler) -> bool {
    ptr::eq(WORK.get().lane, ptr::from_ref(lane).cast())
}

/// Whether this thread works for a lane of the bus whose lanes share this.
pub(super) fn works_for_bus(bus: &Quiescence) -> bool {
    ptr::eq(WORK.get().bus, bus.address())
}

/// While it lives, this thread works for a lane.
pub(super) struct AtWork(Work);

impl AtWork {
    pub(super) fn on(lane: &Scheduler) -> Self {
        let work = Work { lane: ptr::from_ref(lane).cast(), bus: lane.quiescence.address() };
        Self(WORK.replace(work))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        WORK.set(self.0);
    }
}

/// Whether what this thread runs was caused by a dead letter. A dead letter caused so calls no handlers again.
#[inline(always)]
pub(super) fn is_because_of_letter() -> bool {
    BECAUSE_OF_LETTER.get()
}

/// While it lives, what this thread runs was caused by a dead letter.
pub(super) struct BecauseOfLetter(bool);

impl BecauseOfLetter {
    /// Does nothing where `caused` is false.
    pub(super) fn begin(caused: bool) -> Self {
        Self(if caused { BECAUSE_OF_LETTER.replace(true) } else { BECAUSE_OF_LETTER.get() })
    }
}

impl Drop for BecauseOfLetter {
    fn drop(&mut self) {
        BECAUSE_OF_LETTER.set(self.0);
    }
}
