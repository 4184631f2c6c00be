//! Work of one message that several workers do concurrently.

use std::sync::{Condvar, PoisonError};

use crate::sync::Mutex;

/// Pieces of work, numbered from 0. Their data is on the stack of the worker that has the message, the owner. The owner
/// and helpers, which are idle workers, do the pieces, each the next one that has not begun.
pub(in crate::lane) struct Shared {
    /// Does the piece of a number. Called only between [`Shared::begin`] and the drop of [`Begun`], because the owner
    /// waits until no begun piece is left before `work` becomes invalid.
    work: *const Work<'static>,
    pieces: Mutex<Pieces>,
    /// Notified when no piece is under way.
    done: Condvar,
}

/// Does the piece of a number.
pub(super) type Work<'a> = dyn Fn(usize) + Sync + 'a;

struct Pieces {
    /// The next piece that has not begun.
    next: usize,
    count: usize,
    /// How many pieces helpers and the owner have under way.
    under_way: usize,
}

// SAFETY: `work` points to a `Sync` closure, which is only called while it is valid; all other fields are `Send`.
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
        // SAFETY: the piece counts as under way until `self` is dropped, and the drop of `Owner` waits until no piece
        // is.
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
    /// # Safety
    /// The caller calls `stop` and `wait` before `work` becomes invalid: see `sharing.rs`.
    pub(super) unsafe fn new(work: *const Work<'static>, count: usize) -> Self {
        let pieces = Mutex::new(Pieces { next: 0, count, under_way: 0 });
        Self { work, pieces, done: Condvar::new() }
    }

    /// Lets no further piece begin.
    pub(super) fn stop(&self) {
        let mut pieces = self.pieces.lock();
        pieces.next = pieces.count;
    }

    /// Waits until no piece is under way.
    pub(super) fn wait(&self) {
        let mut pieces = self.pieces.lock();
        while pieces.under_way > 0 {
            pieces = self.done.wait(pieces).unwrap_or_else(PoisonError::into_inner);
        }
    }

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

    /// Does pieces until all have begun.
    pub(in crate::lane) fn help(&self) {
        while let Some(begun) = self.begin() {
            begun.run();
        }
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
        // SAFETY: each test keeps `work` until its helpers have ended.
        unsafe { Shared::new(std::ptr::from_ref(work), count) }
    }

    #[test]
    fn each_piece_is_done_once_by_any_of_the_helpers() {
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
        let pieces = shared.pieces.lock();
        assert_eq!((pieces.under_way, pieces.next), (0, 1));
    }
}
