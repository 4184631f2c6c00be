//! What the gate is made of: the standard library's or, in tests with `--cfg events_loom`, loom's, which tries every order of steps.

use std::sync::PoisonError;

#[cfg(not(all(test, events_loom)))]
mod chosen {
    pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};
    pub(crate) use std::sync::{Condvar, Mutex};

    thread_local! {
        /// How many visits this thread is inside of, whatever the gate.
        pub(crate) static DEPTH: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    /// `std::cell::UnsafeCell` with loom's methods.
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(std::cell::UnsafeCell::new(value))
        }

        #[inline(always)]
        pub(crate) fn with<R>(&self, look: impl FnOnce(*const T) -> R) -> R {
            look(self.0.get())
        }

        #[inline(always)]
        pub(crate) fn with_mut<R>(&self, change: impl FnOnce(*mut T) -> R) -> R {
            change(self.0.get())
        }
    }
}

#[cfg(all(test, events_loom))]
mod chosen {
    pub(crate) use loom::cell::UnsafeCell;
    pub(crate) use loom::sync::atomic::{AtomicUsize, Ordering};
    pub(crate) use loom::sync::{Condvar, Mutex};

    loom::thread_local! {
        pub(crate) static DEPTH: std::cell::Cell<usize> = std::cell::Cell::new(0);
    }
}

pub(super) use chosen::{AtomicUsize, Condvar, DEPTH, Mutex, Ordering, UnsafeCell};

/// What a lock keeps, whoever panicked under it: nothing in here can be left half done.
pub(super) fn unpoisoned<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
