//! Pools of memory, so that a lane allocates nothing once they are filled.

use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::OnceLock;

use crossbeam_queue::ArrayQueue;
use events_core::Context;

/// The most pieces of memory that a pool keeps, so that a lane with room for millions of events does not keep memory
/// for all.
const MOST_KEPT: usize = 1 << 16;

/// A pool of memory for events of one type that do not fit their messages.
pub(super) struct EventPool<E> {
    free: ArrayQueue<Box<MaybeUninit<E>>>,
}

impl<E> EventPool<E> {
    /// Keeps memory for up to `most` events, and no more than 65,536.
    pub(super) fn new(most: usize) -> Self {
        Self { free: ArrayQueue::new(most.clamp(1, MOST_KEPT)) }
    }

    /// Moves an event into memory of the pool.
    pub(super) fn put(&self, event: E) -> NonNull<E> {
        let memory = self.free.pop().unwrap_or_else(Box::new_uninit);
        NonNull::from(Box::leak(Box::write(memory, event)))
    }

    /// Moves an event out of memory of the pool, and keeps the memory.
    ///
    /// # Safety
    /// `event` came from [`put`](Self::put) of a pool of this type, and is not used again.
    pub(super) unsafe fn take(&self, event: NonNull<E>) -> E {
        // SAFETY: `put` leaked this box, and the caller returns it once.
        let memory = unsafe { Box::from_raw(event.as_ptr().cast::<MaybeUninit<E>>()) };
        // SAFETY: `put` wrote the event, and it is read once: the box of `MaybeUninit` does not drop it.
        let event = unsafe { memory.assume_init_read() };
        drop(self.free.push(memory));
        event
    }
}

/// What only some messages have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    pub(in crate::lane) cx: Context,
    /// Whether it was sent because of a dead letter. A dead letter that results from it calls no handlers.
    pub(in crate::lane) from_dead_letter: bool,
}

/// A pool of boxes for the extras of messages.
pub(crate) struct ContextPool {
    most: usize,
    free: OnceLock<ArrayQueue<Box<Extras>>>,
}

impl ContextPool {
    /// Keeps up to `most` boxes, and no more than 65,536.
    pub(in crate::lane) fn new(most: usize) -> Self {
        Self { most: most.clamp(1, MOST_KEPT), free: OnceLock::new() }
    }

    /// Puts extras into a box of the pool.
    pub(in crate::lane) fn put(&self, extras: Extras) -> Box<Extras> {
        match self.free.get().and_then(ArrayQueue::pop) {
            Some(mut free) => {
                *free = extras;
                free
            }
            None => Box::new(extras),
        }
    }

    /// Returns a box to the pool.
    pub(in crate::lane) fn give_back(&self, mut extras: Box<Extras>) {
        // Its contents are dropped now, not at the next use.
        *extras = Extras::default();
        drop(self.free.get_or_init(|| ArrayQueue::new(self.most)).push(extras));
    }
}
