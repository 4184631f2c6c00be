use std::ptr::NonNull;

use super::primitive::{Ordering, fetch_to_read, full_order, yield_now};
use super::queue::{FLAGS, Ring};
use super::slot::Holds;

/// How many places ahead a consumer asks for a cache line.
const AHEAD: u64 = 16;

/// How close to the last reserved place it does not: a line that is still to be written would be taken from its producer.
const DISTANCE: u64 = AHEAD + 24;

/// How many places are passed at least from one look at `tail` to the next, since each takes its line from the producers.
const LOOKS: u64 = 1_024;

/// The right to take items out of one ring, and how far that has come.
pub(crate) struct Consumer {
    /// The next position to look at.
    cursor: u64,
    /// How many positions it passed that held nothing.
    skipped: u64,
    /// The head that producers know of.
    published: u64,
    /// Up to here, the producers are so far ahead that cache lines may be asked for in advance.
    deep: u64,
    /// From here on, to be found out again.
    stale: u64,
    /// Which ring it belongs to.
    ring: usize,
}

impl Consumer {
    pub(super) fn new(ring: usize) -> Self {
        Self { cursor: 0, skipped: 0, published: 0, deep: 0, stale: 0, ring }
    }
}

impl<T> Ring<T> {
    /// An empty ring for up to `capacity` items, and the one consumer of it. `None` if the system has no memory for it.
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
    /// How many written items lie ahead in a row, looking at most `max` places far.
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

    /// The next item, in its place, if it is written. It stays there until [`advance`](Self::advance).
    #[inline(always)]
    pub(crate) fn peek(&self, consumer: &mut Consumer) -> Option<NonNull<T>> {
        let slot = self.slot(consumer.cursor);
        match slot.holds(consumer.cursor) {
            Holds::Item => Some(slot.item().get()),
            Holds::Nothing => self.peek_behind_skipped(consumer),
            Holds::Unknown => None,
        }
    }

    #[cold]
    fn peek_behind_skipped(&self, consumer: &mut Consumer) -> Option<NonNull<T>> {
        loop {
            let slot = self.slot(consumer.cursor);
            match slot.holds(consumer.cursor) {
                Holds::Item => return Some(slot.item().get()),
                Holds::Nothing => {
                    consumer.cursor += 1;
                    consumer.skipped += 1;
                }
                Holds::Unknown => {
                    // A batch that finds nothing may not think of publishing, and a full ring would stay full.
                    self.publish(consumer);
                    return None;
                }
            }
        }
    }

    /// Shows every item that is not taken yet, in order. Waits for those that are being written. Returns how many were
    /// taken before.
    pub(crate) fn for_each_waiting(&self, consumer: &mut Consumer, mut see: impl FnMut(&T)) -> u64 {
        assert_eq!(consumer.ring, self.identity(), "the consumer of another ring");
        for position in consumer.cursor..self.sent() {
            let slot = self.slot(position);
            loop {
                match slot.holds(position) {
                    // SAFETY: the item is written, and only the one consumer, who is here, takes items out.
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

    /// How many items were ever put in, and how many of them were not taken out yet. Of one moment, whatever producers
    /// do meanwhile: a place counts from its reservation on.
    pub(crate) fn count(&self, consumer: &Consumer) -> (u64, u64) {
        assert_eq!(consumer.ring, self.identity(), "the consumer of another ring");
        // In this order: what was given up by now was reserved by now.
        let given_up = self.given_up();
        let put = self.sent() - given_up;
        (put, put - (consumer.cursor - consumer.skipped))
    }

    /// How far producers and the consumer have come: the places ever reserved, and those that were passed.
    pub(crate) fn position(&self, consumer: &Consumer) -> (u64, u64) {
        (self.sent(), consumer.cursor)
    }

    /// Moves on after the item that [`peek`](Self::peek) has shown. Producers see that with the next
    /// [`publish`](Self::publish).
    ///
    /// # Safety
    /// `peek` of this ring with this consumer has returned an item since the last call, and the caller has moved it out of
    /// its place or dropped it there.
    #[inline(always)]
    pub(crate) unsafe fn advance(&self, consumer: &mut Consumer) {
        debug_assert_eq!(consumer.ring, self.identity(), "the consumer of another ring");
        self.slot(consumer.cursor).item().emptied();
        consumer.cursor += 1;
        if consumer.cursor < consumer.deep {
            fetch_to_read(self.slot(consumer.cursor + AHEAD));
        }
        self.set_taken(consumer.cursor);
    }

    /// Gives all places that were passed back to the producers, with one store. Returns how many.
    ///
    /// A consumer that looks for waiting producers after this call sees each that did not see the places: the store takes
    /// part in the one order of sequentially consistent accesses, as the look at `head` in [`reserve`](Self::reserve) does.
    ///
    /// # Panics
    /// If the consumer belongs to another ring.
    #[inline]
    pub(crate) fn publish(&self, consumer: &mut Consumer) -> usize {
        assert_eq!(consumer.ring, self.identity(), "the consumer of another ring");
        let passed = (consumer.cursor - consumer.published) as usize;
        if passed > 0 {
            consumer.published = consumer.cursor;
            self.head.store(consumer.cursor, Ordering::SeqCst);
            full_order();
            if consumer.cursor >= consumer.stale {
                let tail = self.tail.position.load(Ordering::Relaxed) & !FLAGS;
                consumer.deep = tail.saturating_sub(DISTANCE);
                consumer.stale = consumer.deep.max(consumer.cursor + LOOKS);
            }
        }
        passed
    }

    /// Whether anything was reserved that the consumer has not passed: then more is to come, though it may be still
    /// unwritten.
    ///
    /// This is the last look before sleep. A consumer announces that it sleeps, in a sequentially consistent access, and
    /// then asks here. A producer reserves, and then looks for sleepers, in sequentially consistent accesses too. All four
    /// have one order, so either the consumer sees the place reserved, or the producer sees the consumer asleep. That is
    /// why it is `tail` that is looked at: stamps are not part of that order, and a fence beside each stamp would cost
    /// producers more than all the rest.
    #[cfg(test)]
    pub(crate) fn has_pending(&self, consumer: &Consumer) -> bool {
        full_order();
        self.tail.position.load(Ordering::SeqCst) & !FLAGS != consumer.cursor
    }
}
