//! A mutex that ignores poisoning.

use std::sync::{MutexGuard, PoisonError};

/// A mutex that ignores poisoning. No foreign code is called under it, so a panic while it is held does not leave its
/// data inconsistent.
#[derive(Default)]
pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
