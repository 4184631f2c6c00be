//! The local batch of a worker.

use std::mem::MaybeUninit;

use super::counts::{BATCH, WorkerCounts};
use crate::lane::queue::{Message, Queues, Receiver};

/// Messages that the only worker of a lane has taken at once.
pub(in crate::lane) struct LocalBatch {
    /// Initialized from `next` up to `len`.
    messages: Box<[MaybeUninit<Message>; BATCH]>,
    next: usize,
    len: usize,
    /// How many messages to take next time: fewer if they take long, so that new workers find some in the queue.
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
        // SAFETY: the batch is empty, and has room for `most` messages.
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

    /// Takes the next message, to be used in place.
    #[inline(always)]
    pub(in crate::lane) fn next_in_place(&mut self) -> Option<InPlace<'_>> {
        if self.next == self.len {
            return None;
        }
        let place = &mut self.messages[self.next];
        self.next += 1;
        Some(InPlace { place })
    }

    /// Takes the next message.
    pub(in crate::lane) fn next(&mut self) -> Option<Message> {
        self.next_in_place().map(InPlace::into_inner)
    }

    /// Adapts the size of the next batch to how long the last one took, in microseconds.
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

/// A message that was taken and is still in the batch's memory. It is dropped in place unless it is moved out.
pub(in crate::lane) struct InPlace<'a> {
    place: &'a mut MaybeUninit<Message>,
}

impl InPlace<'_> {
    pub(in crate::lane) fn into_inner(self) -> Message {
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: initialized by the invariant of `LocalBatch`, whose `next` is past it; it is not dropped here, so it
        // is read once.
        unsafe { this.place.assume_init_read() }
    }
}

impl std::ops::Deref for InPlace<'_> {
    type Target = Message;

    #[inline(always)]
    fn deref(&self) -> &Message {
        // SAFETY: initialized by the invariant of `LocalBatch`.
        unsafe { self.place.assume_init_ref() }
    }
}

impl Drop for InPlace<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: initialized by the invariant of `LocalBatch`, whose `next` is past it.
        unsafe { self.place.assume_init_drop() }
    }
}
