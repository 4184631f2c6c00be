//! Atomics, cells and hints of the ring, and their replacements when loom explores how threads may interleave.
//!
//! Loom is a dependency of the tests only, hence `all(test, events_loom)`.

pub(super) use std::sync::atomic::Ordering;

#[cfg(all(test, events_loom))]
pub(super) use loom::sync::atomic::{AtomicU32, AtomicU64};
#[cfg(not(all(test, events_loom)))]
pub(super) use std::sync::atomic::{AtomicU32, AtomicU64};

#[cfg(all(test, events_loom))]
use loom::cell::UnsafeCell;
#[cfg(all(test, events_loom))]
pub(super) use loom::thread::yield_now;
#[cfg(not(all(test, events_loom)))]
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
#[cfg(not(all(test, events_loom)))]
pub(super) use std::thread::yield_now;

/// Memory for an item. Zeroed memory is a valid value: one without an item.
#[repr(transparent)]
pub(super) struct Cell<T>(UnsafeCell<MaybeUninit<T>>);

#[cfg(not(all(test, events_loom)))]
impl<T> Cell<T> {
    /// A pointer to the item.
    #[inline(always)]
    pub(super) fn get(&self) -> NonNull<T> {
        NonNull::from(&self.0).cast()
    }

    /// Runs `write` with a pointer to the item. Loom learns that it is written to meanwhile.
    #[inline(always)]
    pub(super) fn written<R>(&self, write: impl FnOnce(NonNull<T>) -> R) -> R {
        write(self.get())
    }

    /// Loom learns that the item was moved out.
    #[inline(always)]
    pub(super) fn emptied(&self) {}
}

#[cfg(all(test, events_loom))]
impl<T> Cell<T> {
    pub(super) fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }

    pub(super) fn get(&self) -> NonNull<T> {
        self.0.with(|place| NonNull::new(place.cast_mut().cast()).expect("a cell has an address"))
    }

    pub(super) fn written<R>(&self, write: impl FnOnce(NonNull<T>) -> R) -> R {
        self.0.with_mut(|place| write(NonNull::new(place.cast()).expect("a cell has an address")))
    }

    pub(super) fn emptied(&self) {
        self.0.with_mut(|_| ());
    }
}

/// Loom treats sequentially consistent accesses as acquire and release, and models the total order of fences only. So
/// under loom this is a fence, called with each access that needs that order. Otherwise it does nothing.
#[inline(always)]
pub(super) fn full_order() {
    #[cfg(all(test, events_loom))]
    loom::sync::atomic::fence(Ordering::SeqCst);
}

/// Prefetches the cache line at `place` for writing: it is taken from the core that has it.
///
/// The compiler's own hint becomes a prefetch for reading, unless the program is built for newer processors only, and a
/// line that was fetched for reading has to be requested again when it is written. It does nothing on platforms where
/// it was not measured.
#[inline(always)]
pub(super) fn fetch_to_write<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(any(miri, all(test, events_loom)))))]
    // SAFETY: a prefetch cannot fail, whatever the address is. Processors that lack this instruction treat it as a
    // `nop`.
    unsafe {
        std::arch::asm!("prefetchw [{}]", in(reg) place, options(readonly, nostack, preserves_flags));
    }
    let _ = place;
}

/// Prefetches the cache line at `place` for reading.
#[inline(always)]
pub(super) fn fetch_to_read<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(any(miri, all(test, events_loom)))))]
    // SAFETY: a prefetch cannot fail, whatever the address is.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(place.cast());
    }
    let _ = place;
}
