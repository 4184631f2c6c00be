//! Locks that survive a panic of their holder.

use std::sync::{MutexGuard, PoisonError};

/// A mutex whose data stays in order by itself: what is done under it does not call foreign code, so a panic while it
/// is held changes nothing about what it guards.
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
