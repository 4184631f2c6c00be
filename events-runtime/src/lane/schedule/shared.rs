//! Work of one message that several workers do side by side.

use std::mem;
use std::ptr;
use std::sync::{Arc, Condvar, PoisonError};

use super::job::Job;
use super::scheduler::Scheduler;
use crate::sync::Mutex;

/// Pieces of work, numbered from 0, that lie on the stack of the worker that has the message. It does them in order, and
/// workers that come meanwhile take pieces off it.
pub(in crate::lane) struct Shared {
    /// Does the piece of a number. To be called between [`Shared::begin`] and [`Begun`]'s drop only, since its owner waits
    /// for all that have begun before it lets go of it.
    work: *const Work<'static>,
    pieces: Mutex<Pieces>,
    /// Notified when the last helper is done.
    done: Condvar,
}

type Work<'a> = dyn Fn(usize) + Sync + 'a;

struct Pieces {
    /// The next that nobody has begun.
    next: usize,
    count: usize,
    /// How many are under way, with helpers and the owner.
    under_way: usize,
}

// SAFETY: `work` points to what is `Sync`, and is only called while its owner keeps it; all else is `Send` by itself.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

/// A piece that has begun.
struct Begun<'a> {
    shared: &'a Shared,
    piece: usize,
}

impl Begun<'_> {
    fn run(&self) {
        // SAFETY: the piece is counted as under way until `self` is dropped, and `Owner` does not return before.
        let work = unsafe { &*self.shared.work };
        work(self.piece);
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let mut pieces = self.shared.pieces.lock();
        pieces.under_way -= 1;
        if pieces.under_way == 0 {
            self.shared.done.notify_all();
        }
    }
}

impl Shared {
    fn begin(&self) -> Option<Begun<'_>> {
        let mut pieces = self.pieces.lock();
        if pieces.next == pieces.count {
            return None;
        }
        let piece = pieces.next;
        pieces.next += 1;
        pieces.under_way += 1;
        Some(Begun { shared: self, piece })
    }

    /// Does pieces until none is left to begin.
    pub(in crate::lane) fn help(&self) {
        while let Some(begun) = self.begin() {
            begun.run();
        }
    }
}

/// Waits, however its worker leaves, until nobody is at work on what it shares.
struct Owner<'a> {
    lane: &'a Scheduler,
    shared: Arc<Shared>,
}

impl Drop for Owner<'_> {
    fn drop(&mut self) {
        {
            let mut pieces = self.shared.pieces.lock();
            pieces.next = pieces.count;
        }
        self.lane.lock().take_back(&self.shared);
        let mut pieces = self.shared.pieces.lock();
        while pieces.under_way > 0 {
            pieces = self.shared.done.wait(pieces).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Scheduler {
    /// Does pieces `0..count` of some work, each once: on this thread, a worker's, and on workers that have nothing else to
    /// do. Returns when all are done.
    pub(in crate::lane) fn share(&self, count: usize, work: &Work<'_>) {
        let work = ptr::from_ref(work);
        // SAFETY: only a lifetime changes, of what `Shared` calls while `Owner`, below, keeps this call from returning.
        let work = unsafe { mem::transmute::<*const Work<'_>, *const Work<'static>>(work) };
        let pieces = Mutex::new(Pieces { next: 0, count, under_way: 0 });
        let owner = Owner { lane: self, shared: Arc::new(Shared { work, pieces, done: Condvar::new() }) };
        if self.lock().offer(&owner.shared, count - 1) {
            self.idle.wake_fenced(count - 1);
        }
        owner.shared.help();
    }
}

impl Job {
    pub(super) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        matches!(self, Self::Help(own) if Arc::ptr_eq(own, shared))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    fn shared(count: usize, work: &Work<'static>) -> Shared {
        let work = ptr::from_ref(work);
        Shared { work, pieces: Mutex::new(Pieces { next: 0, count, under_way: 0 }), done: Condvar::new() }
    }

    #[test]
    fn each_piece_is_done_once_whoever_helps() {
        static DONE: [AtomicUsize; 100] = [const { AtomicUsize::new(0) }; 100];
        let work = |piece: usize| {
            DONE[piece].fetch_add(1, Ordering::Relaxed);
        };
        let (shared, start) = (shared(100, &work), Barrier::new(4));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    start.wait();
                    shared.help();
                });
            }
        });
        assert!(DONE.iter().all(|done| done.load(Ordering::Relaxed) == 1));
        assert!(shared.begin().is_none());
    }

    #[test]
    fn a_piece_that_panics_is_not_under_way_any_more() {
        let work = |piece: usize| assert!(piece > 0, "here");
        let shared = shared(2, &work);
        assert!(catch_unwind(AssertUnwindSafe(|| shared.help())).is_err());
        assert_eq!((shared.pieces.lock().under_way, shared.pieces.lock().next), (0, 1));
    }
}
