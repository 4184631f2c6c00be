//! What a worker has in its hands.

use std::mem::MaybeUninit;

use super::claims::Claims;
use super::envelope::{Body, Envelope};
use super::record::{BATCH, Record};
use super::ring::Ring;

/// A batch that a worker took for itself, as the only one of its lane.
pub(super) struct Hands {
    /// Initialized from `next` up to `len`.
    events: Box<[MaybeUninit<Envelope>; BATCH]>,
    next: usize,
    len: usize,
    /// How many to take the next time: fewer where they take long, so that others who come can help.
    most: usize,
}

impl Hands {
    pub(super) fn new() -> Self {
        Self { events: Box::new([const { MaybeUninit::uninit() }; BATCH]), next: 0, len: 0, most: 1 }
    }

    /// Takes events off the rings. The hands must be empty.
    pub(super) fn take(&mut self, claims: &mut Claims, rings: [&Ring<Body>; 3], record: &Record) -> usize {
        debug_assert_eq!(self.next, self.len, "what was taken before is done");
        let events = &mut self.events;
        let count = claims.take_plain(rings, self.most.min(BATCH), |at, place| {
            // SAFETY: the ring shows a whole envelope, and goes on behind it when this returns.
            unsafe {
                Envelope::move_out(place, events[at].as_mut_ptr());
                record.note(at, events[at].assume_init_ref().cell().as_ptr());
            }
        });
        (self.next, self.len) = (0, count);
        record.took(count);
        count
    }

    /// Whether nothing is left.
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.next == self.len
    }

    /// Takes the next event out, to be used where it lies.
    #[inline(always)]
    pub(super) fn next_in_place(&mut self) -> Option<InPlace<'_>> {
        if self.next == self.len {
            return None;
        }
        let place = &mut self.events[self.next];
        self.next += 1;
        Some(InPlace { place })
    }

    /// Takes the next event out.
    pub(super) fn next(&mut self) -> Option<Envelope> {
        self.next_in_place().map(InPlace::into_inner)
    }

    /// Notes how long the last batch took, in microseconds for all of it.
    pub(super) fn took(&mut self, micros: u128) {
        const LONG: u128 = 100;
        self.most = if micros > LONG { (self.most / 2).max(1) } else { (self.most * 2).min(BATCH) };
    }
}

impl Drop for Hands {
    fn drop(&mut self) {
        while self.next().is_some() {}
    }
}

/// An event that was taken out and lies where it lay: dropped there, unless it is moved.
pub(super) struct InPlace<'a> {
    place: &'a mut MaybeUninit<Envelope>,
}

impl InPlace<'_> {
    pub(super) fn into_inner(self) -> Envelope {
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: whole by the invariant of `Hands`, which has moved on behind it; not dropped here, so it is read once.
        unsafe { this.place.assume_init_read() }
    }
}

impl std::ops::Deref for InPlace<'_> {
    type Target = Envelope;

    #[inline(always)]
    fn deref(&self) -> &Envelope {
        // SAFETY: whole by the invariant of `Hands`.
        unsafe { self.place.assume_init_ref() }
    }
}

impl Drop for InPlace<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: whole by the invariant of `Hands`, which has moved on behind it.
        unsafe { self.place.assume_init_drop() }
    }
}
