use crossbeam_utils::CachePadded;

use std::ptr::NonNull;

use super::primitive::{AtomicU64, Ordering, fetch_to_write, full_order};
use super::slot::{Holds, Slot, Slots};

/// A flag in `tail`: only producers inside, which are running handlers, may reserve.
pub(super) const CLOSED: u64 = 1 << 63;

/// A flag in `tail`: nobody may reserve.
pub(super) const SEALED: u64 = 1 << 62;

/// The bits of `tail` that are not part of the position.
pub(super) const FLAGS: u64 = CLOSED | SEALED;

/// A bounded queue with many producers and one consumer at a time.
pub(crate) struct Ring<T> {
    slots: Slots<T>,
    capacity: u64,
    pub(super) tail: CachePadded<Tail>,
    /// The first position that the consumer has not given back to producers.
    pub(super) head: CachePadded<AtomicU64>,
    taken: CachePadded<AtomicU64>,
}

/// What producers write.
pub(super) struct Tail {
    /// The next position to be reserved, and [`FLAGS`].
    pub(super) position: AtomicU64,
    /// What `head` was when a producer last read it: a lower bound, in a cache line that producers own.
    pub(super) seen_head: AtomicU64,
    /// How many positions were reserved and then given up.
    given_up: AtomicU64,
}

/// Why no position was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The ring has as many items as its capacity.
    Full,
    /// The ring was closed.
    Closed,
}

// SAFETY: items move between threads, and no two threads access the same item: a position belongs to one producer until
// its stamp is written, and then to the consumer, of which there is one.
unsafe impl<T: Send> Send for Ring<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    /// Makes an empty ring for up to `capacity` items.
    ///
    /// It reserves memory for the next power of two, which costs nothing until it is used. `None` if the system has no
    /// memory for it.
    ///
    /// # Panics
    /// If `capacity` is 0.
    pub(super) fn empty(capacity: usize) -> Option<Self> {
        assert!(capacity > 0, "a ring needs a capacity of at least one");
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

    /// How many positions are free. If `tail` is older than `head`, the compare-exchange of the caller fails.
    #[inline(always)]
    pub(super) fn free(&self, tail: u64, head: u64) -> u64 {
        self.capacity.saturating_sub(tail.saturating_sub(head))
    }

    #[cold]
    pub(super) fn load_head(&self, tail: u64) -> u64 {
        full_order();
        let head = self.head.load(Ordering::SeqCst);
        // This may overwrite a newer value of another producer, which then reads `head` once more.
        self.tail.seen_head.store(head, Ordering::Release);
        self.free(tail, head)
    }

    /// Marks reserved positions that will not be written.
    #[cold]
    pub(super) fn give_up(&self, next: u64, end: u64) {
        self.tail.given_up.fetch_add(end - next, Ordering::Relaxed);
        for position in next..end {
            self.slot(position).set_skipped(position);
        }
    }

    /// After this returns, only [`reserve_inside`](Self::reserve_inside) reserves positions. Reserved positions may
    /// still be written, and items can still be taken out.
    pub(crate) fn close(&self) {
        self.tail.position.fetch_or(CLOSED, Ordering::SeqCst);
        full_order();
    }

    /// After this returns, no position is reserved.
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

    /// How many positions were ever reserved, including those that were given up.
    pub(crate) fn sent(&self) -> u64 {
        self.tail.position.load(Ordering::SeqCst) & !FLAGS
    }

    /// How many positions were ever reserved and then given up unwritten.
    pub(crate) fn given_up(&self) -> u64 {
        self.tail.given_up.load(Ordering::Relaxed)
    }

    /// How many positions are reserved and not given back, as producers see it: a consumer gives positions back when it
    /// publishes.
    pub(crate) fn len(&self) -> usize {
        let head = self.head.load(Ordering::SeqCst);
        (self.sent() - head).min(self.capacity) as usize
    }

    /// Whether no position is reserved.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a producer could not reserve a position.
    pub(crate) fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// How many items the ring can hold.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity as usize
    }

    #[inline(always)]
    pub(super) fn slot(&self, position: u64) -> &Slot<T> {
        self.slots.at(position)
    }

    /// Records what the consumer has taken and not published, because the drop of the ring must not drop it again.
    #[inline(always)]
    pub(super) fn set_taken(&self, cursor: u64) {
        self.taken.store(cursor, Ordering::Relaxed);
    }

    /// A number that no other ring of the process has while this one exists.
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
                // SAFETY: the item was written, and `taken` is past all items that were moved out. Nobody else uses the
                // ring: reservations and references to items borrow it.
                slot.item().written(|item| unsafe { item.drop_in_place() });
            }
        }
    }
}

/// How many positions ahead a producer prefetches.
///
/// A reservation waits until the core has written the item before it to its cache, so a line that has not arrived yet
/// delays the producer. If it prefetched much further ahead, a consumer that follows closely would have taken the line
/// back. Both were measured. Positions of a batch are written without such a wait, so they gain nothing from a
/// prefetch.
const AHEAD: u64 = 8;

/// Consecutive positions that were reserved for one producer, to be written in order.
///
/// The consumer sees each item as soon as it is written, and does not pass a position that is not written yet.
/// Positions that are unwritten when this is dropped are marked, and the consumer skips them.
pub(crate) struct Reservation<'r, T> {
    ring: &'r Ring<T>,
    next: u64,
    end: u64,
}

/// The producers' side.
impl<T> Ring<T> {
    /// Reserves up to `wanted` consecutive positions with one compare-exchange, and at least one.
    ///
    /// A producer that is refused can wait: it announces that it waits, in a sequentially consistent access, and tries
    /// again before it sleeps. A consumer that publishes after that try, or a thread that closes the ring, sees it
    /// waiting. For a consumer that sleeps see `has_pending`: a producer that checks for sleepers after this call, with
    /// a sequentially consistent load, needs no fence.
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
            // Acquire, here and for `head`: the consumer's read of an item happens before its slot is written again.
            let mut free = self.free(tail, self.tail.seen_head.load(Ordering::Acquire));
            if free < wanted {
                free = self.load_head(tail);
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

    /// Checks again after no position was free from this tail. Returns the tail that has replaced it.
    ///
    /// # Errors
    /// If the tail is the same: the ring is full.
    #[inline]
    fn tail_after(&self, tail: u64) -> Result<u64, Refused> {
        full_order();
        let now = self.tail.position.load(Ordering::SeqCst);
        if now == tail { Err(Refused::Full) } else { Ok(now) }
    }

    /// As [`reserve`](Self::reserve), for a producer inside: a ring that is closed, but not sealed, still takes its
    /// items.
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
            let free = self.load_head(position);
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

    /// How many positions are still to be written.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        (self.end - self.next) as usize
    }

    /// Writes the next position with `write`, and makes it visible to the consumer. If `write` panics, the position
    /// counts as unwritten.
    ///
    /// # Panics
    /// If all positions are written.
    ///
    /// # Safety
    /// When `write` returns, the pointer that it was given points to a valid item.
    #[inline(always)]
    pub(crate) unsafe fn write_next(&mut self, write: impl FnOnce(NonNull<T>)) {
        assert!(self.next != self.end, "all reserved positions are written");
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
