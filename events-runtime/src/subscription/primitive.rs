//! What the gate is made of: the standard library's or, in tests with `--cfg events_loom`, loom's, which tries every order of steps.

#[cfg(not(all(test, events_loom)))]
mod chosen {
    pub(crate) use std::sync::atomic::{AtomicU8, Ordering};
    pub(crate) use std::sync::{RwLock, RwLockReadGuard};

    thread_local! {
        /// How many visits this thread is inside of, whatever the gate.
        pub(crate) static DEPTH: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }
}

#[cfg(all(test, events_loom))]
mod chosen {
    pub(crate) use loom::sync::atomic::{AtomicU8, Ordering};
    pub(crate) use loom::sync::{RwLock, RwLockReadGuard};

    loom::thread_local! {
        pub(crate) static DEPTH: std::cell::Cell<usize> = std::cell::Cell::new(0);
    }
}

pub(super) use chosen::{AtomicU8, DEPTH, Ordering, RwLock, RwLockReadGuard};
