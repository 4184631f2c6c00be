//! Memory that is used again.

use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::OnceLock;

use crossbeam_queue::ArrayQueue;
use events_core::Context;

/// Memory for events of one type that do not fit their envelopes.
pub(super) struct Pool<E> {
    free: ArrayQueue<Box<MaybeUninit<E>>>,
}

impl<E> Pool<E> {
    /// Keeps so many places at most.
    pub(super) fn new(most: usize) -> Self {
        Self { free: ArrayQueue::new(most.max(1)) }
    }

    /// Puts an event into a place, a new one where none is free.
    pub(super) fn put(&self, event: E) -> NonNull<E> {
        let place = self.free.pop().unwrap_or_else(Box::new_uninit);
        NonNull::from(Box::leak(Box::write(place, event)))
    }

    /// Takes the event out of its place.
    ///
    /// # Safety
    /// `place` came from [`put`](Self::put) of a pool of this type, and is not used again.
    pub(super) unsafe fn take(&self, place: NonNull<E>) -> E {
        // SAFETY: `put` leaked this box, and the caller gives it back once.
        let place = unsafe { Box::from_raw(place.as_ptr().cast::<MaybeUninit<E>>()) };
        // SAFETY: `put` wrote it, and it is read once: the box does not drop it.
        let event = unsafe { place.assume_init_read() };
        drop(self.free.push(place));
        event
    }
}

/// Boxes for contexts.
pub(super) struct Contexts {
    most: usize,
    free: OnceLock<ArrayQueue<Box<Context>>>,
}

impl Contexts {
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), free: OnceLock::new() }
    }

    /// A copy of this context.
    pub(super) fn copy(&self, cx: &Context) -> Box<Context> {
        match self.free.get().and_then(ArrayQueue::pop) {
            Some(mut free) => {
                *free = cx.clone();
                free
            }
            None => Box::new(cx.clone()),
        }
    }

    /// Keeps the memory of a context that is no longer needed.
    pub(super) fn give_back(&self, mut cx: Box<Context>) {
        // What it holds on to ends now, not at the next use.
        *cx = Context::new();
        drop(self.free.get_or_init(|| ArrayQueue::new(self.most)).push(cx));
    }
}
