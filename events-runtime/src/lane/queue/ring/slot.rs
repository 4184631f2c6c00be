use super::primitive::{AtomicU32, Cell, Ordering};

/// A cache line, in bytes.
const LINE: usize = 64;

/// In a stamp: the position was given up, and holds no item.
const SKIPPED: u32 = 1 << 31;

/// The most slots that a ring may have: with more, the stamps of two positions of one slot could be equal.
const MOST: usize = 1 << 30;

/// A place of the ring. All zeros mean that nothing was ever written to it.
///
/// The stamp is half a word, so that an item of alignment 4 begins in the other half.
#[repr(C)]
pub(super) struct Slot<T> {
    /// The position that was last written here, plus one, its lower 31 bits; with [`SKIPPED`] if it was given up. A slot's
    /// positions are as far apart as there are slots, so the bits that are cut off are not needed.
    stamp: AtomicU32,
    item: Cell<T>,
}

fn stamp_of(position: u64) -> u32 {
    (position + 1) as u32 & !SKIPPED
}

/// What a slot holds for a position.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Its item, written to the end.
    Item,
    /// Nothing: whoever reserved the position gave it up.
    Nothing,
    /// Not known yet: it is not reserved, or still being written.
    Unknown,
}

impl<T> Slot<T> {
    #[inline(always)]
    pub(super) fn item(&self) -> &Cell<T> {
        &self.item
    }

    /// What is here for the position. An item that is seen here is seen whole.
    #[inline(always)]
    pub(super) fn holds(&self, position: u64) -> Holds {
        let stamp = self.stamp.load(Ordering::Acquire);
        if stamp == stamp_of(position) {
            Holds::Item
        } else if stamp == stamp_of(position) | SKIPPED {
            Holds::Nothing
        } else {
            Holds::Unknown
        }
    }

    /// Lets the consumer see the item that was written for the position.
    #[inline(always)]
    pub(super) fn set_written(&self, position: u64) {
        self.stamp.store(stamp_of(position), Ordering::Release);
    }

    /// Lets the consumer pass over the position.
    #[cold]
    pub(super) fn set_skipped(&self, position: u64) {
        self.stamp.store(stamp_of(position) | SKIPPED, Ordering::Release);
    }
}

pub(super) use slots::Slots;

#[cfg(not(all(test, events_loom)))]
mod slots {
    use std::alloc::{self, Layout};
    use std::marker::PhantomData;
    use std::ptr::NonNull;

    use super::{LINE, MOST, Slot};

    /// The slots, a power of two of them, so that a position finds its own by a mask.
    ///
    /// They are laid out by hand for the sake of `calloc`: memory that it takes from the system is known to be zero, and
    /// is not touched until it is used. The standard library goes there only for alignments up to 16, and writes zeros to
    /// all of it for larger ones.
    pub(in super::super) struct Slots<T> {
        first: NonNull<u8>,
        mask: u64,
        allocated: NonNull<u8>,
        layout: Layout,
        slots: PhantomData<Slot<T>>,
    }

    /// What the standard library leaves to `calloc`.
    const ALIGNMENT: usize = 16;

    impl<T> Slots<T> {
        /// From one slot to the next, in bytes. No slot begins in the middle of a line and ends in another.
        const STRIDE: usize = {
            assert!(align_of::<Slot<T>>() <= LINE, "an item is aligned to at most a cache line");
            let size = size_of::<Slot<T>>();
            if size <= LINE { size.next_power_of_two() } else { size.next_multiple_of(LINE) }
        };

        /// At least `capacity` slots. `None` if there is no memory for them.
        pub(in super::super) fn new(capacity: usize) -> Option<Self> {
            let layout = capacity
                .checked_next_power_of_two()
                .filter(|&count| count <= MOST)
                .and_then(|count| count.checked_mul(Self::STRIDE))
                .and_then(|size| {
                    Layout::from_size_align(size.checked_add(LINE - ALIGNMENT)?, ALIGNMENT).ok()
                })?;
            // SAFETY: the layout's size is not zero, since a slot has a stamp.
            let allocated = unsafe { alloc::alloc_zeroed(layout) };
            let allocated = NonNull::new(allocated)?;
            let gap = allocated.as_ptr().align_offset(LINE);
            assert!(gap <= LINE - ALIGNMENT, "alloc keeps the alignment that it is asked for");
            // SAFETY: the gap was allocated beside the slots.
            let first = unsafe { allocated.add(gap) };
            let mask = capacity.next_power_of_two() as u64 - 1;
            Some(Self { first, mask, allocated, layout, slots: PhantomData })
        }

        /// The slot of the position.
        #[inline(always)]
        pub(in super::super) fn at(&self, position: u64) -> &Slot<T> {
            let offset = (position & self.mask) as usize * Self::STRIDE;
            // SAFETY: the mask keeps the offset within the slots, which `new` allocated, aligned, and filled with zeros: a
            // valid value of an atomic number and of memory that need not be initialized. All access to a slot is shared.
            unsafe { self.first.add(offset).cast().as_ref() }
        }
    }

    impl<T> Drop for Slots<T> {
        fn drop(&mut self) {
            // SAFETY: allocated by `new` with this layout. What items are left is the ring's to drop.
            unsafe { alloc::dealloc(self.allocated.as_ptr(), self.layout) }
        }
    }
}

#[cfg(all(test, events_loom))]
mod slots {
    use super::{AtomicU32, Cell, Slot};

    /// The slots. Loom's types are not made of zeros.
    pub(in super::super) struct Slots<T>(Vec<Slot<T>>);

    impl<T> Slots<T> {
        pub(in super::super) fn new(capacity: usize) -> Option<Self> {
            let slot = || Slot { stamp: AtomicU32::new(0), item: Cell::new() };
            Some(Self((0..capacity.next_power_of_two()).map(|_| slot()).collect()))
        }

        pub(in super::super) fn at(&self, position: u64) -> &Slot<T> {
            &self.0[position as usize & (self.0.len() - 1)]
        }
    }
}
