//! What the queue is made of, and what stands in for it when loom explores the ways in which threads may interleave.
//!
//! Loom is a dependency of the tests alone, so it is asked for by `all(test, events_loom)`.

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

/// Where an item lies. Zeroed memory is a valid value: one without an item.
#[repr(transparent)]
pub(super) struct Cell<T>(UnsafeCell<MaybeUninit<T>>);

#[cfg(not(all(test, events_loom)))]
impl<T> Cell<T> {
    /// The place, to write to or to read from.
    #[inline(always)]
    pub(super) fn get(&self) -> NonNull<T> {
        NonNull::from(&self.0).cast()
    }

    /// Says that the place is written to, for as long as `write` runs.
    #[inline(always)]
    pub(super) fn written<R>(&self, write: impl FnOnce(NonNull<T>) -> R) -> R {
        write(self.get())
    }

    /// Says that the place has been emptied.
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

/// Loom takes sequentially consistent accesses for acquire and release, and knows the full order of fences only. So under
/// loom, a fence stands beside each access that needs that order; elsewhere this is nothing.
#[inline(always)]
pub(super) fn full_order() {
    #[cfg(all(test, events_loom))]
    loom::sync::atomic::fence(Ordering::SeqCst);
}

/// Asks for the cache line at `place`, to write to it soon: it is taken away from the core that has it.
///
/// The compiler's own hint becomes one to read, unless the program is built for newer processors alone, and a line that came
/// to be read has to be asked for once more when it is written. Nothing happens where this was not measured.
#[inline(always)]
pub(super) fn fetch_to_write<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(any(miri, all(test, events_loom)))))]
    // SAFETY: a hint, which no address makes fail. Processors that do not know it take it for a `nop`.
    unsafe {
        std::arch::asm!("prefetchw [{}]", in(reg) place, options(readonly, nostack, preserves_flags));
    }
    let _ = place;
}

/// Asks for the cache line at `place`, to read it soon.
#[inline(always)]
pub(super) fn fetch_to_read<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(any(miri, all(test, events_loom)))))]
    // SAFETY: a hint, which no address makes fail.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(place.cast());
    }
    let _ = place;
}
