use crossbeam_utils::CachePadded;

use std::ptr::NonNull;

use super::primitive::{AtomicU64, Ordering, fetch_to_write, full_order};
use super::slot::{Holds, Slot, Slots};

/// In `tail`: no place is given to producers outside any more.
pub(super) const CLOSED: u64 = 1 << 63;

/// In `tail`: no place is given to anybody any more.
pub(super) const SEALED: u64 = 1 << 62;

/// What in `tail` is no position.
pub(super) const FLAGS: u64 = CLOSED | SEALED;

/// A bounded queue of many producers and one consumer at a time.
pub(crate) struct Ring<T> {
    slots: Slots<T>,
    capacity: u64,
    pub(super) tail: CachePadded<Tail>,
    /// The position after the last one that was given back.
    pub(super) head: CachePadded<AtomicU64>,
    taken: CachePadded<AtomicU64>,
}

/// What producers write.
pub(super) struct Tail {
    /// The next position to be reserved, and [`FLAGS`].
    pub(super) position: AtomicU64,
    /// What `head` was when a producer last had to look: a lower bound, on a line that producers have at hand.
    pub(super) seen_head: AtomicU64,
    /// How many places were reserved and given up.
    given_up: AtomicU64,
}

/// Why no place was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// As many items are inside as may be.
    Full,
    /// The ring was closed.
    Closed,
}

// SAFETY: items are handed from one thread to another, and no two threads have access to the same item: a position is given
// to one producer, and from its stamp on it is the consumer's, of which there is one.
unsafe impl<T: Send> Send for Ring<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    /// An empty ring for up to `capacity` items.
    ///
    /// Memory is taken for the next power of two, from the system, and costs nothing until it is used. `None` if the system has
    /// no memory for it.
    ///
    /// # Panics
    /// If `capacity` is 0.
    pub(super) fn empty(capacity: usize) -> Option<Self> {
        assert!(capacity > 0, "a ring has room for one item at least");
        let tail =
            Tail { position: AtomicU64::new(0), seen_head: AtomicU64::new(0), given_up: AtomicU64::new(0) };
        Some(Self {
            slots: Slots::new(capacity)?,
            capacity: capacity as u64,
            tail: CachePadded::new(tail),
            head: CachePadded::new(AtomicU64::new(0)),
            taken: CachePadded::new(AtomicU64::new(0)),
        })
    }

    /// How many places are free. A `tail` older than the head is about to be refused by the compare-exchange.
    #[inline(always)]
    pub(super) fn free(&self, tail: u64, head: u64) -> u64 {
        self.capacity.saturating_sub(tail.saturating_sub(head))
    }

    #[cold]
    pub(super) fn look_at_head(&self, tail: u64) -> u64 {
        full_order();
        let head = self.head.load(Ordering::SeqCst);
        // It may put back a newer value of another producer, who then looks once more.
        self.tail.seen_head.store(head, Ordering::Release);
        self.free(tail, head)
    }

    /// Marks reserved places that nobody will write.
    #[cold]
    pub(super) fn give_up(&self, next: u64, end: u64) {
        self.tail.given_up.fetch_add(end - next, Ordering::Relaxed);
        for position in next..end {
            self.slot(position).set_skipped(position);
        }
    }

    /// From when this returns, no place is reserved but by [`reserve_inside`](Self::reserve_inside). Places that are
    /// reserved may still be written, and items that are inside can be taken out.
    pub(crate) fn close(&self) {
        self.tail.position.fetch_or(CLOSED, Ordering::SeqCst);
        full_order();
    }

    /// From when this returns, no place is reserved by anybody.
    pub(crate) fn seal(&self) {
        self.tail.position.fetch_or(FLAGS, Ordering::SeqCst);
        full_order();
    }

    /// Whether the ring was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.tail.position.load(Ordering::SeqCst) & CLOSED != 0
    }

    /// Whether the ring was sealed.
    pub(crate) fn is_sealed(&self) -> bool {
        self.tail.position.load(Ordering::SeqCst) & SEALED != 0
    }

    /// How many places were ever reserved, those included that were given up.
    pub(crate) fn sent(&self) -> u64 {
        self.tail.position.load(Ordering::SeqCst) & !FLAGS
    }

    /// How many places were ever reserved and then given up, unwritten.
    pub(crate) fn given_up(&self) -> u64 {
        self.tail.given_up.load(Ordering::Relaxed)
    }

    /// How many places are reserved and not given back: what a producer finds. A consumer gives places back when it
    /// publishes.
    pub(crate) fn len(&self) -> usize {
        let head = self.head.load(Ordering::SeqCst);
        (self.sent() - head).min(self.capacity) as usize
    }

    /// Whether no place is reserved.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a producer would find no place.
    pub(crate) fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// How many items may be inside.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity as usize
    }

    #[inline(always)]
    pub(super) fn slot(&self, position: u64) -> &Slot<T> {
        self.slots.at(position)
    }

    /// Notes what the consumer has taken and not published: the ring's own drop must not drop it again.
    #[inline(always)]
    pub(super) fn set_taken(&self, cursor: u64) {
        self.taken.store(cursor, Ordering::Relaxed);
    }

    /// A number that no other ring of the process has at this time.
    #[inline(always)]
    pub(super) fn identity(&self) -> usize {
        std::ptr::from_ref(self.slots.at(0)).addr()
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        for position in self.taken.load(Ordering::Relaxed)..self.sent() {
            let slot = self.slot(position);
            if slot.holds(position) == Holds::Item {
                // SAFETY: the item was written, and `taken` is past all that were moved out. Nobody else is here: places
                // borrow the ring, and items that were looked at are used while the ring lives.
                slot.item().written(|item| unsafe { item.drop_in_place() });
            }
        }
    }
}

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
                    tail = self.tail_after(tail)?;
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

    /// The tail that has replaced this one, from which no place was free.
    ///
    /// # Errors
    /// If none has: the ring is full.
    #[inline]
    fn tail_after(&self, tail: u64) -> Result<u64, Refused> {
        full_order();
        let now = self.tail.position.load(Ordering::SeqCst);
        if now == tail { Err(Refused::Full) } else { Ok(now) }
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
                tail = self.tail_after(tail)?;
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
