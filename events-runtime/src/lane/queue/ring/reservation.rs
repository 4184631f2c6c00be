use std::ptr::NonNull;

use super::primitive::{Ordering, fetch_to_write, full_order};
use super::queue::{CLOSED, FLAGS, Refused, Ring, SEALED};

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

/// The producers' side.
impl<T> Ring<T> {
    /// Reserves up to `wanted` consecutive places with one compare-exchange: at least one, or it is refused.
    ///
    /// A refusal holds for the moment of the call, so it can be waited out: a producer announces that it waits, in a
    /// sequentially consistent access, and tries again before it sleeps. Whoever publishes or closes after that look
    /// sees it waiting. For the consumer's sleep see [`has_pending`](Self::has_pending): a producer that looks for
    /// sleepers after this call, sequentially consistent, needs no fence.
    ///
    /// # Errors
    /// If the ring is full or closed.
    #[inline]
    pub(crate) fn reserve(&self, wanted: u32) -> Result<Reservation<'_, T>, Refused> {
        let wanted = u64::from(wanted);
        let mut tail = self.tail.position.load(Ordering::Relaxed);
        loop {
            if tail & CLOSED != 0 {
                return Err(Refused::Closed);
            }
            // Acquire, here and of `head`: what the consumer read from a place comes before it is written again.
            let mut free = self.free(tail, self.tail.seen_head.load(Ordering::Acquire));
            if free < wanted {
                free = self.look_at_head(tail);
                if free == 0 {
                    full_order();
                    let now = self.tail.position.load(Ordering::SeqCst);
                    if now == tail {
                        return Err(Refused::Full);
                    }
                    tail = now;
                    continue;
                }
            }
            let end = tail + free.min(wanted);
            match self.tail.position.compare_exchange_weak(tail, end, Ordering::SeqCst, Ordering::Relaxed) {
                Ok(_) => {
                    full_order();
                    return Ok(Reservation::new(self, tail, end));
                }
                Err(now) => tail = now,
            }
        }
    }

    /// The same for a producer inside: a ring that is closed, but not sealed, still takes its items.
    ///
    /// # Errors
    /// If the ring is full or sealed.
    #[cold]
    pub(crate) fn reserve_inside(&self, wanted: u32) -> Result<Reservation<'_, T>, Refused> {
        let mut tail = self.tail.position.load(Ordering::SeqCst);
        loop {
            if tail & SEALED != 0 {
                return Err(Refused::Closed);
            }
            let (flags, position) = (tail & FLAGS, tail & !FLAGS);
            let free = self.look_at_head(position);
            if free == 0 {
                full_order();
                let now = self.tail.position.load(Ordering::SeqCst);
                if now == tail {
                    return Err(Refused::Full);
                }
                tail = now;
                continue;
            }
            let end = position + free.min(u64::from(wanted));
            match self.tail.position.compare_exchange(tail, end | flags, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => {
                    full_order();
                    return Ok(Reservation::new(self, position, end));
                }
                Err(now) => tail = now,
            }
        }
    }
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
