//! Counts allocations: those of one thread, and those of all.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The number of counting cells. Threads use them in turns, so that threads that run at once have one each, unless
/// there are more of them.
const CELLS: usize = 256;

/// A count on cache lines of its own: threads that allocate do not disturb each other by being counted.
#[repr(align(128))]
struct Count(AtomicU64);

static COUNTS: [Count; CELLS] = [const { Count(AtomicU64::new(0)) }; CELLS];
static THREADS: AtomicUsize = AtomicUsize::new(0);

const UNKNOWN: usize = usize::MAX;

thread_local! {
    static CELL: Cell<usize> = const { Cell::new(UNKNOWN) };
    static OWN: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counted. A program that counts names it as its global allocator.
pub struct Counting;

#[inline]
fn count() {
    // A thread that ends may allocate after its thread-locals were destroyed.
    let _ = OWN.try_with(|own| own.set(own.get() + 1));
    let cell = CELL.try_with(|cell| {
        if cell.get() == UNKNOWN {
            cell.set(THREADS.fetch_add(1, Relaxed) % CELLS);
        }
        cell.get()
    });
    COUNTS[cell.unwrap_or(0)].0.fetch_add(1, Relaxed);
}

// SAFETY: every method forwards to `System` unchanged, and counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller upholds the contract of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller upholds the contract of `System`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller upholds the contract of `System`.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How many allocations this thread has made so far. Zero if [`Counting`] is not the program's allocator.
pub fn of_this_thread() -> u64 {
    OWN.get()
}

/// How many allocations all threads have made so far. Zero if [`Counting`] is not the program's allocator.
pub fn of_all_threads() -> u64 {
    COUNTS.iter().map(|Count(count)| count.load(Relaxed)).sum()
}

/// How many allocations `run` makes on this thread.
pub fn during(run: impl FnOnce()) -> u64 {
    let before = of_this_thread();
    run();
    of_this_thread() - before
}
