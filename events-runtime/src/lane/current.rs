//! Which lanes the current thread works for, and whether a dead letter caused what it runs.

use std::cell::Cell;
use std::ptr;

use super::schedule::{Quiescence, Scheduler};

thread_local! {
    /// The work of this thread, the innermost first.
    static WORK: Cell<*const Work> = const { Cell::new(ptr::null()) };
    /// Whether what this thread runs was caused by a dead letter.
    static BECAUSE_OF_LETTER: Cell<bool> = const { Cell::new(false) };
}

/// A lane that this thread works for: its address and that of its bus, which are never dereferenced. Work may be
/// nested: a handler of one lane may run jobs of another, or poll a task of it.
struct Work {
    lane: *const (),
    bus: *const (),
    outer: *const Work,
}

fn works(is_it: impl Fn(&Work) -> bool) -> bool {
    let mut next = WORK.get();
    // SAFETY: each `Work` is a local of a call of `at_work` on this thread that has not returned: its guard removes it
    // from the list.
    while let Some(work) = unsafe { next.as_ref() } {
        if is_it(work) {
            return true;
        }
        next = work.outer;
    }
    false
}

/// Whether this thread works for the lane.
pub(super) fn works_for(lane: &Scheduler) -> bool {
    works(|work| ptr::eq(work.lane, ptr::from_ref(lane).cast()))
}

/// Whether this thread works for a lane of the bus to which this `Quiescence` belongs.
pub(super) fn works_for_bus(bus: &Quiescence) -> bool {
    works(|work| ptr::eq(work.bus, bus.address()))
}

/// Runs a closure as work for a lane.
pub(super) fn at_work<R>(lane: &Scheduler, run: impl FnOnce() -> R) -> R {
    /// Removes the work, also if `run` panics.
    struct RestoreOuter(*const Work);
    impl Drop for RestoreOuter {
        fn drop(&mut self) {
            WORK.set(self.0);
        }
    }
    let outer = WORK.get();
    let work = Work { lane: ptr::from_ref(lane).cast(), bus: lane.quiescence.address(), outer };
    let _restore = RestoreOuter(outer);
    WORK.set(&raw const work);
    run()
}

/// Whether what this thread runs was caused by a dead letter. A dead letter that results from it calls no handlers.
#[inline(always)]
pub(super) fn is_because_of_letter() -> bool {
    BECAUSE_OF_LETTER.get()
}

/// Until it is dropped, what this thread runs counts as caused by a dead letter.
pub(super) struct BecauseOfLetter(bool);

impl BecauseOfLetter {
    /// Changes nothing if `caused` is false.
    pub(super) fn begin(caused: bool) -> Self {
        Self(if caused { BECAUSE_OF_LETTER.replace(true) } else { BECAUSE_OF_LETTER.get() })
    }
}

impl Drop for BecauseOfLetter {
    fn drop(&mut self) {
        BECAUSE_OF_LETTER.set(self.0);
    }
}
