//! The counts of a worker.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::job::Job;
use crate::lane::queue::{MessageType, TypeRef};

/// How many messages the only worker of a lane takes at once.
pub(super) const BATCH: usize = 64;

/// How many messages one worker has taken and completed. Only that worker writes them, any thread may read them.
///
/// A handled message costs one store, to `completed`. This one word determines both how many messages were handled and
/// how many the worker still has, so a sum of the two from one reading counts each message once. The other fields are
/// written and read under the lane's lock.
#[derive(Debug)]
pub(in crate::lane) struct WorkerCounts {
    /// How many messages were taken.
    taken: AtomicU64,
    /// How many of them the worker no longer has.
    completed: AtomicU64,
    /// The next value of `completed`, if the message under way is accounted for already: given up, or moved.
    accounted: AtomicU64,
    /// The value of `completed` when the last batch was taken.
    start: AtomicU64,
    /// How many of the completed ones were given up in their first run.
    dead: AtomicU64,
    /// How many of the completed ones were put into a batch window or scheduled for a retry, and so are counted there.
    moved: AtomicU64,
    /// How many moved messages, of any worker, were handled in the end; `dead_later` counts those given up.
    handled_later: AtomicU64,
    dead_later: AtomicU64,
    /// The message types of the last batch.
    types: [AtomicPtr<MessageType>; BATCH],
    /// The message type of a job under way that is counted elsewhere: a retry, or a step of a batch window.
    other: AtomicPtr<MessageType>,
}

impl WorkerCounts {
    pub(in crate::lane) fn new() -> Self {
        Self {
            taken: AtomicU64::new(0),
            completed: AtomicU64::new(0),
            accounted: AtomicU64::new(0),
            start: AtomicU64::new(0),
            dead: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            handled_later: AtomicU64::new(0),
            dead_later: AtomicU64::new(0),
            types: [const { AtomicPtr::new(ptr::null_mut()) }; BATCH],
            other: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Records the type of a message that is about to be taken.
    #[inline(always)]
    pub(super) fn note(&self, at: usize, of: TypeRef) {
        self.types[at].store(of.as_ptr().as_ptr(), Ordering::Relaxed);
    }

    /// Records that this many messages were taken. All that were taken before are completed.
    pub(super) fn took(&self, count: usize) {
        let completed = self.completed.load(Ordering::Relaxed);
        self.start.store(completed, Ordering::Relaxed);
        self.taken.store(completed + count as u64, Ordering::Release);
    }

    /// Records that one more message is completed.
    #[inline(always)]
    pub(in crate::lane) fn one_completed(&self) {
        add(&self.completed, 1);
    }

    /// The type of the message of a local batch that is under way.
    pub(in crate::lane) fn current(&self) -> Option<TypeRef> {
        self.read().2.next()
    }

    /// Records that the rest of the batch was given back.
    pub(in crate::lane) fn gave_back(&self) {
        self.taken.store(self.completed.load(Ordering::Relaxed), Ordering::Release);
    }

    /// Records that the message under way was given up. Called under the lane's lock.
    pub(in crate::lane) fn one_dead(&self) {
        add(&self.dead, 1);
        self.set_accounted();
    }

    /// Records that the message under way is counted elsewhere from now on. Called under the lane's lock, together with
    /// what counts it there.
    pub(in crate::lane) fn one_moved(&self) {
        add(&self.moved, 1);
        self.set_accounted();
    }

    fn set_accounted(&self) {
        self.accounted.store(self.completed.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    /// Whether the message under way is accounted for already, though `completed` does not count it yet.
    pub(in crate::lane) fn is_accounted(&self) -> bool {
        self.accounted.load(Ordering::Relaxed) > self.completed.load(Ordering::Relaxed)
    }

    /// Records how messages ended that were counted elsewhere. Called under the lane's lock, together with what stops
    /// counting them there.
    pub(in crate::lane) fn later(&self, handled: u64, dead: u64) {
        add(&self.handled_later, handled);
        add(&self.dead_later, dead);
    }

    /// Records that a job begins.
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

    /// Records that the job has ended.
    pub(in crate::lane) fn end(&self) {
        self.completed.store(self.taken.load(Ordering::Relaxed), Ordering::Release);
        self.other.store(ptr::null_mut(), Ordering::Release);
    }

    /// How many messages the worker has handled and given up, and the types of those that it has, the one under way
    /// first.
    pub(super) fn read(&self) -> (u64, u64, impl ExactSizeIterator<Item = TypeRef> + '_) {
        let completed = self.completed.load(Ordering::Acquire).max(self.accounted.load(Ordering::Acquire));
        let (taken, start) = (self.taken.load(Ordering::Acquire), self.start.load(Ordering::Relaxed));
        let (dead, moved) = (self.dead.load(Ordering::Relaxed), self.moved.load(Ordering::Relaxed));
        let handled = completed.saturating_sub(dead + moved) + self.handled_later.load(Ordering::Relaxed);
        let dead = dead + self.dead_later.load(Ordering::Relaxed);
        let index = |number: u64| (number.saturating_sub(start) as usize).min(BATCH);
        let has = &self.types[index(completed)..index(taken.max(completed))];
        (handled, dead, has.iter().map(|of| of_worker(of.load(Ordering::Relaxed))))
    }

    /// The message type of the job under way.
    pub(super) fn under_way(&self) -> Option<TypeRef> {
        let other = self.other.load(Ordering::Acquire);
        if other.is_null() { self.read().2.next() } else { Some(of_worker(other)) }
    }
}

/// The type at an address that a worker has recorded.
fn of_worker(of: *mut MessageType) -> TypeRef {
    let of = std::ptr::NonNull::new(of).expect("a worker records the type of each message that it takes");
    // SAFETY: workers record types of their own bus, and the callers, which read counts of a lane, keep that bus alive.
    unsafe { TypeRef::new(of) }
}

/// Adds to a counter that only this worker writes.
#[inline(always)]
fn add(counter: &AtomicU64, more: u64) {
    counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Release);
}
