//! Memory that is used again: a warm lane allocates nothing.

use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::OnceLock;

use crossbeam_queue::ArrayQueue;
use events_core::Context;

/// The most pieces of memory that a pool keeps: a lane of millions of events does not reserve room for all of them.
const MOST_KEPT: usize = 1 << 16;

/// Memory for events of one type that do not fit their messages.
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

    /// Moves the event out.
    ///
    /// # Safety
    /// `event` came from [`put`](Self::put) of a pool of this type, and is not used again.
    pub(super) unsafe fn take(&self, event: NonNull<E>) -> E {
        // SAFETY: `put` leaked this box, and the caller gives it back once.
        let memory = unsafe { Box::from_raw(event.as_ptr().cast::<MaybeUninit<E>>()) };
        // SAFETY: `put` wrote it, and it is read once: the box does not drop it.
        let event = unsafe { memory.assume_init_read() };
        drop(self.free.push(memory));
        event
    }
}

/// What travels with some messages, and not with most.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    pub(in crate::lane) cx: Context,
    /// It was sent because of a dead letter: what becomes of it calls no handler of dead letters again.
    pub(in crate::lane) from_dead_letter: bool,
}

/// Boxes for what travels with messages.
pub(crate) struct ContextPool {
    most: usize,
    free: OnceLock<ArrayQueue<Box<Extras>>>,
}

impl ContextPool {
    /// Keeps up to `most` boxes, and no more than 65,536.
    pub(in crate::lane) fn new(most: usize) -> Self {
        Self { most: most.clamp(1, MOST_KEPT), free: OnceLock::new() }
    }

    /// Puts them into a box.
    pub(in crate::lane) fn put(&self, extras: Extras) -> Box<Extras> {
        match self.free.get().and_then(ArrayQueue::pop) {
            Some(mut free) => {
                *free = extras;
                free
            }
            None => Box::new(extras),
        }
    }

    /// Keeps the memory of a box that is no longer needed.
    pub(in crate::lane) fn give_back(&self, mut extras: Box<Extras>) {
        // What it holds is dropped now, not at the next use.
        *extras = Extras::default();
        drop(self.free.get_or_init(|| ArrayQueue::new(self.most)).push(extras));
    }
}
