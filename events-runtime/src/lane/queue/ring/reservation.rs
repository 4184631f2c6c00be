use std::ptr::NonNull;

use super::primitive::fetch_to_write;
use super::queue::Ring;

/// How many places ahead a producer asks for a cache line.
///
/// Its next reservation waits until the item before has left the core for its cache, so a line that is still on its way
/// holds the producer up. Much further ahead, a consumer that follows closely would have taken the line again. Both were
/// measured.
/// The places of a batch are written without a wait in between, and come as fast as lines come unasked.
const AHEAD: u64 = 8;

/// Consecutive places that were reserved for one producer, to be written in their order.
///
/// The consumer sees each item as soon as it is written, and waits in front of a place that is not. Places that are still
/// unwritten when this is dropped are marked, and the consumer passes over them.
pub(crate) struct Reservation<'r, T> {
    ring: &'r Ring<T>,
    next: u64,
    end: u64,
}

impl<'r, T> Reservation<'r, T> {
    #[inline(always)]
    pub(super) fn new(ring: &'r Ring<T>, next: u64, end: u64) -> Self {
        Self { ring, next, end }
    }

    /// How many are still to be written.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        (self.end - self.next) as usize
    }

    /// Has the next place written by `write`, and shows it to the consumer. If `write` panics, the place counts as
    /// unwritten.
    ///
    /// # Panics
    /// If all places are written.
    ///
    /// # Safety
    /// When `write` returns, a valid item lies at the pointer that it was given.
    #[inline(always)]
    pub(crate) unsafe fn write_next(&mut self, write: impl FnOnce(NonNull<T>)) {
        assert!(self.next != self.end, "all reserved places are written");
        let slot = self.ring.slot(self.next);
        if self.end - self.next == 1 {
            fetch_to_write(self.ring.slot(self.next + AHEAD));
        }
        slot.item().written(write);
        slot.set_written(self.next);
        self.next += 1;
    }
}

impl<T> Drop for Reservation<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.next != self.end {
            self.ring.give_up(self.next, self.end);
        }
    }
}
