use super::primitive::{AtomicU32, Cell, Ordering};

/// A cache line, in bytes.
const LINE: usize = 64;

/// A flag in a stamp: the position was given up, and holds no item.
const SKIPPED: u32 = 1 << 31;

/// The most slots that a ring may have: with more, the stamps of two positions of one slot could be equal.
const MOST: usize = 1 << 30;

/// A slot of the ring. All zeros mean that nothing was ever written to it.
///
/// The stamp has 4 bytes, so that an item with an alignment of 4 begins right after it.
#[repr(C)]
pub(super) struct Slot<T> {
    /// The lower 31 bits of the position that was last written here, plus one; with [`SKIPPED`] if it was given up. Two
    /// positions of a slot differ by the number of slots at least, so the upper bits are not needed.
    stamp: AtomicU32,
    item: Cell<T>,
}

fn stamp_of(position: u64) -> u32 {
    (position + 1) as u32 & !SKIPPED
}

/// What a slot holds for a position.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Its item, completely written.
    Item,
    /// Nothing: the position was given up.
    Nothing,
    /// Not known yet: the position is not reserved, or its item is being written.
    Unknown,
}

impl<T> Slot<T> {
    #[inline(always)]
    pub(super) fn item(&self) -> &Cell<T> {
        &self.item
    }

    /// What the slot holds for the position. If it is an item, all of it is visible to this thread.
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

    /// Makes the item that was written for the position visible to the consumer.
    #[inline(always)]
    pub(super) fn set_written(&self, position: u64) {
        self.stamp.store(stamp_of(position), Ordering::Release);
    }

    /// Makes the consumer skip the position.
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

    /// The slots. Their number is a power of two, so that the slot of a position is found by a mask.
    ///
    /// The layout is made by hand to use `calloc`: it does not write zeros to memory from the system, which is zero
    /// already. The standard library uses it only for alignments up to 16. For larger ones it writes zeros to all of
    /// the memory.
    pub(in super::super) struct Slots<T> {
        first: NonNull<u8>,
        mask: u64,
        allocated: NonNull<u8>,
        layout: Layout,
        slots: PhantomData<Slot<T>>,
    }

    /// The largest alignment for which the standard library uses `calloc`.
    const ALIGNMENT: usize = 16;

    impl<T> Slots<T> {
        /// The distance of two slots, in bytes. A slot that begins in the middle of a cache line does not extend into
        /// the next.
        const STRIDE: usize = {
            assert!(align_of::<Slot<T>>() <= LINE, "an item is aligned to at most a cache line");
            let size = size_of::<Slot<T>>();
            if size <= LINE { size.next_power_of_two() } else { size.next_multiple_of(LINE) }
        };

        /// Makes at least `capacity` slots. `None` if there is no memory for them.
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
            // SAFETY: the allocation includes room for the gap.
            let first = unsafe { allocated.add(gap) };
            let mask = capacity.next_power_of_two() as u64 - 1;
            Some(Self { first, mask, allocated, layout, slots: PhantomData })
        }

        /// The slot of the position.
        #[inline(always)]
        pub(in super::super) fn at(&self, position: u64) -> &Slot<T> {
            let offset = (position & self.mask) as usize * Self::STRIDE;
            // SAFETY: the mask keeps the offset within the slots, which `new` allocated aligned and zeroed: a valid
            // value for an atomic and for a `MaybeUninit`. All access to a slot is through shared references.
            unsafe { self.first.add(offset).cast().as_ref() }
        }
    }

    impl<T> Drop for Slots<T> {
        fn drop(&mut self) {
            // SAFETY: allocated by `new` with this layout. The ring has dropped the items.
            unsafe { alloc::dealloc(self.allocated.as_ptr(), self.layout) }
        }
    }
}

#[cfg(all(test, events_loom))]
mod slots {
    use super::{AtomicU32, Cell, Slot};

    /// The slots, constructed one by one, because zeros are not a valid value of loom's types.
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
