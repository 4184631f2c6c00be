//! What a worker tells of itself.

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::route::RouteCell;
use super::work::Work;

/// How many events a worker takes at once, where it is the only one of its lane.
pub(super) const BATCH: usize = 64;

/// What one worker has in its hands and what it has done. Written by that worker alone, read by whoever asks.
///
/// An event that ends well costs one store, to `over`. Since that one word tells both what was handled and what is still
/// in hand, whoever adds the two of one reading counts each event once. All else is written under the lane's lock, under
/// which it is read.
#[derive(Debug)]
pub(super) struct Record {
    /// Events taken, ever.
    taken: AtomicU64,
    /// Those of them that left the worker's hands.
    over: AtomicU64,
    /// What `over` is about to become where the event under way is accounted for already: given up, or moved.
    settled: AtomicU64,
    /// What `over` was when the last batch was taken.
    start: AtomicU64,
    /// Of those over: given up at once.
    dead: AtomicU64,
    /// Of those over: put into a window, or waiting for a further try.
    moved: AtomicU64,
    /// Of what was moved, by whichever worker: handled and given up in the end.
    handled_later: AtomicU64,
    dead_later: AtomicU64,
    /// The routes of the last batch.
    events: [AtomicPtr<RouteCell>; BATCH],
    /// The route of what is under way and counted elsewhere: a further try, or a window.
    other: AtomicPtr<RouteCell>,
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            taken: AtomicU64::new(0),
            over: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            start: AtomicU64::new(0),
            dead: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            handled_later: AtomicU64::new(0),
            dead_later: AtomicU64::new(0),
            events: [const { AtomicPtr::new(ptr::null_mut()) }; BATCH],
            other: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Notes an event of a batch that is about to be taken.
    #[inline(always)]
    pub(super) fn note(&self, at: usize, cell: *const RouteCell) {
        self.events[at].store(cell.cast_mut(), Ordering::Relaxed);
    }

    /// Notes that so many events were taken; all taken before are over.
    pub(super) fn took(&self, count: usize) {
        let over = self.over.load(Ordering::Relaxed);
        self.start.store(over, Ordering::Relaxed);
        self.taken.store(over + count as u64, Ordering::Release);
    }

    /// Notes that one more is over.
    #[inline(always)]
    pub(super) fn one_over(&self) {
        add(&self.over, 1);
    }

    /// The route of the event under way, of those that were taken together.
    pub(super) fn current(&self) -> Option<NonNull<RouteCell>> {
        let at = self.over.load(Ordering::Relaxed) - self.start.load(Ordering::Relaxed);
        NonNull::new(self.events.get(at as usize)?.load(Ordering::Relaxed))
    }

    /// Notes that the rest of the batch was given back.
    pub(super) fn gave_back(&self) {
        self.taken.store(self.over.load(Ordering::Relaxed), Ordering::Release);
    }

    /// Notes that the one that is about to be over was given up. To be called under the lane's lock.
    pub(super) fn one_dead(&self) {
        add(&self.dead, 1);
        self.settle();
    }

    /// Notes that the one that is about to be over is counted elsewhere from now on. To be called under the lane's lock,
    /// together with what counts it there.
    pub(super) fn one_moved(&self) {
        add(&self.moved, 1);
        self.settle();
    }

    fn settle(&self) {
        self.settled.store(self.over.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    /// Whether the event under way is accounted for, but for its being over.
    pub(super) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed) > self.over.load(Ordering::Relaxed)
    }

    /// Notes how events ended that were counted elsewhere. To be called under the lane's lock, together with what counts
    /// them there no longer.
    pub(super) fn later(&self, handled: u64, dead: u64) {
        add(&self.handled_later, handled);
        add(&self.dead_later, dead);
    }

    /// Notes that a single piece of work begins.
    pub(super) fn begin(&self, work: &Work) {
        let cell = ptr::from_ref(work.cell());
        match work {
            Work::New(_) => {
                self.note(0, cell);
                self.took(1);
            }
            _ => self.other.store(cell.cast_mut(), Ordering::Release),
        }
    }

    /// Notes that it is over.
    pub(super) fn end(&self) {
        self.over.store(self.taken.load(Ordering::Relaxed), Ordering::Release);
        self.other.store(ptr::null_mut(), Ordering::Release);
    }

    /// What it has handled and given up, and the routes of the events in its hands, the one under way first.
    pub(super) fn read(&self) -> (u64, u64, impl Iterator<Item = *const RouteCell> + '_) {
        let over = self.over.load(Ordering::Acquire).max(self.settled.load(Ordering::Acquire));
        let (taken, start) = (self.taken.load(Ordering::Acquire), self.start.load(Ordering::Relaxed));
        let (dead, moved) = (self.dead.load(Ordering::Relaxed), self.moved.load(Ordering::Relaxed));
        let handled = over.saturating_sub(dead + moved) + self.handled_later.load(Ordering::Relaxed);
        let dead = dead + self.dead_later.load(Ordering::Relaxed);
        let index = |number: u64| (number.saturating_sub(start) as usize).min(BATCH);
        let in_hand = &self.events[index(over)..index(taken.max(over))];
        (handled, dead, in_hand.iter().map(|cell| cell.load(Ordering::Relaxed).cast_const()))
    }

    /// The route of what is under way.
    pub(super) fn under_way(&self) -> Option<*const RouteCell> {
        let other = self.other.load(Ordering::Acquire).cast_const();
        if other.is_null() { self.read().2.next() } else { Some(other) }
    }
}

/// Adds to a counter that only this worker writes.
#[inline(always)]
fn add(counter: &AtomicU64, more: u64) {
    counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Release);
}
