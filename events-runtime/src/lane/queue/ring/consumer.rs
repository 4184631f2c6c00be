use std::ptr::NonNull;

use super::primitive::{Ordering, fetch_to_read, full_order, yield_now};
use super::queue::{FLAGS, Ring};
use super::slot::Holds;

/// How many positions ahead a consumer prefetches.
const AHEAD: u64 = 16;

/// It prefetches only positions that are this far from the last reserved one, because a prefetch would take a line that
/// is still to be written from its producer.
const DISTANCE: u64 = AHEAD + 24;

/// How many positions are passed at least between two reads of `tail`, since each read takes its cache line from the
/// producers.
const RELOAD_AFTER: u64 = 1_024;

/// The right to take items from one ring, and the next position to take.
pub(crate) struct Consumer {
    /// The next position.
    cursor: u64,
    /// How many positions it passed that held no item.
    skipped: u64,
    /// The head that producers see.
    published: u64,
    /// Prefetches while `cursor` is below this.
    prefetch_until: u64,
    /// Computes `prefetch_until` anew once `cursor` has reached this.
    reload_at: u64,
    /// The identity of its ring.
    ring: usize,
}

impl Consumer {
    pub(super) fn new(ring: usize) -> Self {
        Self { cursor: 0, skipped: 0, published: 0, prefetch_until: 0, reload_at: 0, ring }
    }
}

impl<T> Ring<T> {
    /// Makes an empty ring for up to `capacity` items, and its one consumer. `None` if the system has no memory for it.
    ///
    /// # Panics
    /// If `capacity` is 0.
    pub(crate) fn new(capacity: usize) -> Option<(Self, Consumer)> {
        let ring = Self::empty(capacity)?;
        let consumer = Consumer::new(ring.identity());
        Some((ring, consumer))
    }
}

/// The consumer's side. Each call needs the consumer that was made with this ring.
impl<T> Ring<T> {
    /// How many written items come next without a gap, counted up to `max` positions ahead.
    #[cfg(test)]
    pub(crate) fn available(&self, consumer: &mut Consumer, max: usize) -> usize {
        let mut items = 0;
        for position in (consumer.cursor..).take(max) {
            match self.slot(position).holds(position) {
                Holds::Item => items += 1,
                Holds::Nothing => (),
                Holds::Unknown => break,
            }
        }
        items
    }

    /// The next item, in place, if it is written. It stays there until [`advance`](Self::advance).
    #[inline(always)]
    pub(crate) fn peek(&self, consumer: &mut Consumer) -> Option<NonNull<T>> {
        let slot = self.slot(consumer.cursor);
        match slot.holds(consumer.cursor) {
            Holds::Item => Some(slot.item().get()),
            Holds::Nothing => self.peek_after_skipped(consumer),
            Holds::Unknown => None,
        }
    }

    #[cold]
    fn peek_after_skipped(&self, consumer: &mut Consumer) -> Option<NonNull<T>> {
        loop {
            let slot = self.slot(consumer.cursor);
            match slot.holds(consumer.cursor) {
                Holds::Item => return Some(slot.item().get()),
                Holds::Nothing => {
                    consumer.cursor += 1;
                    consumer.skipped += 1;
                }
                Holds::Unknown => {
                    // Published here, because a caller that took no item need not publish, and a full ring would stay
                    // full.
                    self.publish(consumer);
                    return None;
                }
            }
        }
    }

    /// Calls `see` with every item that is not taken yet, in order. Waits for those that are being written. Returns how
    /// many were taken before.
    pub(crate) fn for_each_waiting(&self, consumer: &mut Consumer, mut see: impl FnMut(&T)) -> u64 {
        assert_eq!(consumer.ring, self.identity(), "this consumer belongs to another ring");
        for position in consumer.cursor..self.sent() {
            let slot = self.slot(position);
            loop {
                match slot.holds(position) {
                    // SAFETY: the item is written, and only the one consumer, which is borrowed here, takes items out.
                    Holds::Item => see(unsafe { slot.item().get().as_ref() }),
                    Holds::Nothing => (),
                    Holds::Unknown => {
                        yield_now();
                        continue;
                    }
                }
                break;
            }
        }
        consumer.cursor - consumer.skipped
    }

    /// How many items were ever put in, and how many of them were not taken yet. Both are of one moment, whatever
    /// producers do meanwhile: an item counts from the reservation of its position on.
    pub(crate) fn count(&self, consumer: &Consumer) -> (u64, u64) {
        assert_eq!(consumer.ring, self.identity(), "this consumer belongs to another ring");
        // In this order, because every position given up so far is among those reserved so far.
        let given_up = self.given_up();
        let put = self.sent() - given_up;
        (put, put - (consumer.cursor - consumer.skipped))
    }

    /// How many positions were ever reserved, and how many the consumer has passed.
    pub(crate) fn position(&self, consumer: &Consumer) -> (u64, u64) {
        (self.sent(), consumer.cursor)
    }

    /// Passes the item that [`peek`](Self::peek) returned. Producers see that after the next
    /// [`publish`](Self::publish).
    ///
    /// # Safety
    /// `peek` of this ring with this consumer has returned an item since the last call, and the caller has moved it out
    /// or dropped it in place.
    #[inline(always)]
    pub(crate) unsafe fn advance(&self, consumer: &mut Consumer) {
        debug_assert_eq!(consumer.ring, self.identity(), "this consumer belongs to another ring");
        self.slot(consumer.cursor).item().emptied();
        consumer.cursor += 1;
        if consumer.cursor < consumer.prefetch_until {
            fetch_to_read(self.slot(consumer.cursor + AHEAD));
        }
        self.set_taken(consumer.cursor);
    }

    /// Makes all passed positions available to producers, with one store. Returns how many.
    ///
    /// A consumer that checks for waiting producers after this call sees each of them that did not see the new head:
    /// the store is part of the single total order of sequentially consistent accesses, as is the load of `head` in
    /// [`reserve`](Self::reserve).
    ///
    /// # Panics
    /// If the consumer belongs to another ring.
    #[inline]
    pub(crate) fn publish(&self, consumer: &mut Consumer) -> usize {
        assert_eq!(consumer.ring, self.identity(), "this consumer belongs to another ring");
        let passed = (consumer.cursor - consumer.published) as usize;
        if passed > 0 {
            consumer.published = consumer.cursor;
            self.head.store(consumer.cursor, Ordering::SeqCst);
            full_order();
            if consumer.cursor >= consumer.reload_at {
                let tail = self.tail.position.load(Ordering::Relaxed) & !FLAGS;
                consumer.prefetch_until = tail.saturating_sub(DISTANCE);
                consumer.reload_at = consumer.prefetch_until.max(consumer.cursor + RELOAD_AFTER);
            }
        }
        passed
    }

    /// Whether a position was reserved that the consumer has not passed. Its item may not be written yet.
    ///
    /// This is the last check before sleep. A consumer announces that it sleeps and then checks here. A producer
    /// reserves and then checks for sleepers. All four accesses are sequentially consistent, so either the consumer
    /// sees the reservation, or the producer sees the sleeper. That is why this reads `tail`: stamps are not part of
    /// that order, and a fence with each stamp would cost producers more than all the rest.
    #[cfg(test)]
    pub(crate) fn has_pending(&self, consumer: &Consumer) -> bool {
        full_order();
        self.tail.position.load(Ordering::SeqCst) & !FLAGS != consumer.cursor
    }
}
