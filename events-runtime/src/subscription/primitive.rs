//! What the gate is made of: the standard library's or, in tests with `--cfg events_loom`, what loom tries in every order of
//! steps.

#[cfg(not(all(test, events_loom)))]
mod chosen {
    pub(crate) use std::sync::atomic::{AtomicU8, Ordering};
    pub(crate) use std::sync::{RwLock, RwLockReadGuard};

    thread_local! {
        /// How many visits this thread is inside of, whatever the gate.
        pub(crate) static DEPTH: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }
}

/// Loom's own `RwLock` blocks a thread that tries to write while another reads. This one does what the standard library's
/// documentation says, and turns readers away while a writer waits, as the standard library's may.
#[cfg(all(test, events_loom))]
mod chosen {
    use std::ops::{Deref, DerefMut};
    use std::sync::PoisonError;

    use loom::cell::{ConstPtr, MutPtr, UnsafeCell};
    pub(crate) use loom::sync::atomic::{AtomicU8, Ordering};
    use loom::sync::{Condvar, Mutex};

    loom::thread_local! {
        pub(crate) static DEPTH: std::cell::Cell<usize> = std::cell::Cell::new(0);
    }

    pub(crate) struct RwLock<T> {
        holders: Mutex<Holders>,
        left: Condvar,
        value: UnsafeCell<T>,
    }

    // SAFETY: the value is shared among readers, hence `T: Sync`, and handed to the one writer, hence `T: Send`; `holders`
    // says who may have it.
    unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

    #[derive(Default)]
    struct Holders {
        readers: usize,
        writes: bool,
        waiting: usize,
    }

    pub(crate) struct RwLockReadGuard<'a, T>(&'a RwLock<T>, Option<ConstPtr<T>>);

    pub(crate) struct RwLockWriteGuard<'a, T>(&'a RwLock<T>, Option<MutPtr<T>>);

    impl<T> RwLock<T> {
        pub(crate) fn new(value: T) -> Self {
            Self { holders: Mutex::default(), left: Condvar::new(), value: UnsafeCell::new(value) }
        }

        pub(crate) fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, ()> {
            let mut holders = self.holders.lock().unwrap();
            if holders.writes || holders.waiting > 0 {
                return Err(());
            }
            holders.readers += 1;
            Ok(RwLockReadGuard(self, Some(self.value.get())))
        }

        pub(crate) fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, ()> {
            let mut holders = self.holders.lock().unwrap();
            if holders.writes || holders.readers > 0 {
                return Err(());
            }
            holders.writes = true;
            Ok(RwLockWriteGuard(self, Some(self.value.get_mut())))
        }

        pub(crate) fn write(&self) -> Result<RwLockWriteGuard<'_, T>, PoisonError<RwLockWriteGuard<'_, T>>> {
            let mut holders = self.holders.lock().unwrap();
            holders.waiting += 1;
            while holders.writes || holders.readers > 0 {
                holders = self.left.wait(holders).unwrap();
            }
            holders.waiting -= 1;
            holders.writes = true;
            Ok(RwLockWriteGuard(self, Some(self.value.get_mut())))
        }
    }

    impl<T> Deref for RwLockReadGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            // SAFETY: the guard is counted among the readers, so nobody writes.
            unsafe { self.1.as_ref().unwrap().deref() }
        }
    }

    impl<T> Drop for RwLockReadGuard<'_, T> {
        fn drop(&mut self) {
            self.1 = None;
            self.0.holders.lock().unwrap().readers -= 1;
            self.0.left.notify_all();
        }
    }

    impl<T> Deref for RwLockWriteGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            // SAFETY: the guard is the only one.
            unsafe { self.1.as_ref().unwrap().deref() }
        }
    }

    impl<T> DerefMut for RwLockWriteGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            // SAFETY: the guard is the only one.
            unsafe { self.1.as_ref().unwrap().deref() }
        }
    }

    impl<T> Drop for RwLockWriteGuard<'_, T> {
        fn drop(&mut self) {
            self.1 = None;
            self.0.holders.lock().unwrap().writes = false;
            self.0.left.notify_all();
        }
    }
}

pub(super) use chosen::{AtomicU8, DEPTH, Ordering, RwLock, RwLockReadGuard};
