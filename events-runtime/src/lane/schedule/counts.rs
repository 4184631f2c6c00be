//! What each worker counts.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::job::Job;
use crate::lane::queue::{MessageType, TypeRef};

/// How many messages a worker takes at once, where it is the only one of its lane.
pub(super) const BATCH: usize = 64;

/// The messages that one worker has taken and completed. Written by that worker alone, read by whoever asks.
///
/// A message that is handled costs one store, to `completed`. That one word says both what was handled and what the worker
/// still has, so whoever adds the two of one reading counts each message once. All else is written under the lane's lock,
/// under which it is read.
#[derive(Debug)]
pub(in crate::lane) struct WorkerCounts {
    /// Messages taken, ever.
    taken: AtomicU64,
    /// Those of them that the worker has no longer.
    completed: AtomicU64,
    /// What `completed` is about to become where the message under way is accounted for already: given up, or moved.
    settled: AtomicU64,
    /// What `completed` was when the last batch was taken.
    start: AtomicU64,
    /// Of those completed: given up at once.
    dead: AtomicU64,
    /// Of those completed: put into a batch window, or waiting for a retry.
    moved: AtomicU64,
    /// Of what was moved, by whichever worker: handled and given up in the end.
    handled_later: AtomicU64,
    dead_later: AtomicU64,
    /// The types of the last batch.
    types: [AtomicPtr<MessageType>; BATCH],
    /// The type of what is under way and counted elsewhere: a retry, or a batch window.
    other: AtomicPtr<MessageType>,
}

impl WorkerCounts {
    pub(in crate::lane) fn new() -> Self {
        Self {
            taken: AtomicU64::new(0),
            completed: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            start: AtomicU64::new(0),
            dead: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            handled_later: AtomicU64::new(0),
            dead_later: AtomicU64::new(0),
            types: [const { AtomicPtr::new(ptr::null_mut()) }; BATCH],
            other: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Notes a message that is about to be taken.
    #[inline(always)]
    pub(super) fn note(&self, at: usize, of: TypeRef) {
        self.types[at].store(of.as_ptr().as_ptr(), Ordering::Relaxed);
    }

    /// Notes that this many messages were taken; all taken before are completed.
    pub(super) fn took(&self, count: usize) {
        let completed = self.completed.load(Ordering::Relaxed);
        self.start.store(completed, Ordering::Relaxed);
        self.taken.store(completed + count as u64, Ordering::Release);
    }

    /// Notes that one more is completed.
    #[inline(always)]
    pub(in crate::lane) fn one_completed(&self) {
        add(&self.completed, 1);
    }

    /// The type of the message under way, of those that were taken together.
    pub(in crate::lane) fn current(&self) -> Option<TypeRef> {
        self.read().2.next()
    }

    /// Notes that the rest of the batch was given back.
    pub(in crate::lane) fn gave_back(&self) {
        self.taken.store(self.completed.load(Ordering::Relaxed), Ordering::Release);
    }

    /// Notes that the one that is about to be completed was given up. To be called under the lane's lock.
    pub(in crate::lane) fn one_dead(&self) {
        add(&self.dead, 1);
        self.settle();
    }

    /// Notes that the one that is about to be completed is counted elsewhere from now on. To be called under the lane's lock,
    /// together with what counts it there.
    pub(in crate::lane) fn one_moved(&self) {
        add(&self.moved, 1);
        self.settle();
    }

    fn settle(&self) {
        self.settled.store(self.completed.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    /// Whether the event under way is accounted for, but for its being completed.
    pub(in crate::lane) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed) > self.completed.load(Ordering::Relaxed)
    }

    /// Notes how events ended that were counted elsewhere. To be called under the lane's lock, together with what counts
    /// them there no longer.
    pub(in crate::lane) fn later(&self, handled: u64, dead: u64) {
        add(&self.handled_later, handled);
        add(&self.dead_later, dead);
    }

    /// Notes that a job begins.
    pub(super) fn begin(&self, job: &Job) {
        let Some(of) = job.type_ref() else { return };
        match job {
            Job::Message(_) => {
                self.note(0, of);
                self.took(1);
            }
            _ => self.other.store(of.as_ptr().as_ptr(), Ordering::Release),
        }
    }

    /// Notes that it is completed.
    pub(in crate::lane) fn end(&self) {
        self.completed.store(self.taken.load(Ordering::Relaxed), Ordering::Release);
        self.other.store(ptr::null_mut(), Ordering::Release);
    }

    /// What it has handled and given up, and the types of the messages that it has, the one under way first.
    pub(super) fn read(&self) -> (u64, u64, impl ExactSizeIterator<Item = TypeRef> + '_) {
        let completed = self.completed.load(Ordering::Acquire).max(self.settled.load(Ordering::Acquire));
        let (taken, start) = (self.taken.load(Ordering::Acquire), self.start.load(Ordering::Relaxed));
        let (dead, moved) = (self.dead.load(Ordering::Relaxed), self.moved.load(Ordering::Relaxed));
        let handled = completed.saturating_sub(dead + moved) + self.handled_later.load(Ordering::Relaxed);
        let dead = dead + self.dead_later.load(Ordering::Relaxed);
        let index = |number: u64| (number.saturating_sub(start) as usize).min(BATCH);
        let has = &self.types[index(completed)..index(taken.max(completed))];
        (handled, dead, has.iter().map(|of| of_worker(of.load(Ordering::Relaxed))))
    }

    /// The type of what is under way.
    pub(super) fn under_way(&self) -> Option<TypeRef> {
        let other = self.other.load(Ordering::Acquire);
        if other.is_null() { self.read().2.next() } else { Some(of_worker(other)) }
    }
}

/// A type that a worker wrote down.
fn of_worker(of: *mut MessageType) -> TypeRef {
    let of = std::ptr::NonNull::new(of).expect("a worker writes down the type of each message that it takes");
    // SAFETY: workers write down types of their own bus, and whoever reads it keeps that bus alive.
    unsafe { TypeRef::new(of) }
}

/// Adds to a counter that only this worker writes.
#[inline(always)]
fn add(counter: &AtomicU64, more: u64) {
    counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Release);
}
