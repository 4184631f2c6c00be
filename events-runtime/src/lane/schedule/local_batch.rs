//! The messages that a worker took for itself.

use std::mem::MaybeUninit;

use super::counts::{BATCH, WorkerCounts};
use crate::lane::queue::{Message, Queues, Receiver};

/// A batch that a worker took for itself, as the only one of its lane.
pub(in crate::lane) struct LocalBatch {
    /// Initialized from `next` up to `len`.
    messages: Box<[MaybeUninit<Message>; BATCH]>,
    next: usize,
    len: usize,
    /// How many to take the next time: fewer where they take long, so that workers who come can help.
    most: usize,
}

impl LocalBatch {
    pub(in crate::lane) fn new() -> Self {
        Self { messages: Box::new([const { MaybeUninit::uninit() }; BATCH]), next: 0, len: 0, most: 1 }
    }

    /// Takes messages out of the queues. The batch must be empty.
    pub(super) fn take(&mut self, queues: &Queues, receiver: &mut Receiver, counts: &WorkerCounts) -> usize {
        debug_assert_eq!(self.next, self.len, "what was taken before is done");
        let messages = &mut self.messages;
        // SAFETY: the batch is empty, and has room for as many as it asks for.
        let count = unsafe {
            let place = |at: usize| messages[at].as_mut_ptr();
            queues.take_many(receiver, self.most.min(BATCH), place, |at, of| counts.note(at, of))
        };
        (self.next, self.len) = (0, count);
        counts.took(count);
        count
    }

    /// Whether nothing is left.
    #[inline(always)]
    pub(in crate::lane) fn is_empty(&self) -> bool {
        self.next == self.len
    }

    /// Takes the next message out, to be used where it lies.
    #[inline(always)]
    pub(in crate::lane) fn next_in_place(&mut self) -> Option<InPlace<'_>> {
        if self.next == self.len {
            return None;
        }
        let place = &mut self.messages[self.next];
        self.next += 1;
        Some(InPlace { place })
    }

    /// Takes the next message out.
    pub(in crate::lane) fn next(&mut self) -> Option<Message> {
        self.next_in_place().map(InPlace::into_inner)
    }

    /// Notes how long the last batch took, in microseconds for all of it.
    pub(in crate::lane) fn took(&mut self, micros: u128) {
        const LONG: u128 = 100;
        self.most = if micros > LONG { (self.most / 2).max(1) } else { (self.most * 2).min(BATCH) };
    }
}

impl Drop for LocalBatch {
    fn drop(&mut self) {
        while self.next().is_some() {}
    }
}

/// A message that was taken out and lies where it lay: dropped there, unless it is moved.
pub(in crate::lane) struct InPlace<'a> {
    place: &'a mut MaybeUninit<Message>,
}

impl InPlace<'_> {
    pub(in crate::lane) fn into_inner(self) -> Message {
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: whole by the invariant of `LocalBatch`, which has moved on after it; not dropped here, so it is read once.
        unsafe { this.place.assume_init_read() }
    }
}

impl std::ops::Deref for InPlace<'_> {
    type Target = Message;

    #[inline(always)]
    fn deref(&self) -> &Message {
        // SAFETY: whole by the invariant of `LocalBatch`.
        unsafe { self.place.assume_init_ref() }
    }
}

impl Drop for InPlace<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: whole by the invariant of `LocalBatch`, which has moved on after it.
        unsafe { self.place.assume_init_drop() }
    }
}
