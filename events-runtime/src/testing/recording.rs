use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use events_core::event::Event;

use crate::bus::Bus;
use crate::subscription::Subscription;

/// Records the events of type `E` emitted on this bus from now on.
#[track_caller]
pub fn record<E: Event + Clone>(bus: &Bus) -> Recording<E> {
    record_with(bus, E::clone)
}

/// Records what `map` makes of each event of type `E` emitted on this bus from now on. An event for which it panics is not
/// recorded, and its handlers and whoever emitted it do not notice.
#[track_caller]
pub fn record_with<E: Event, T: Send + 'static>(
    bus: &Bus,
    map: impl Fn(&E) -> T + Send + Sync + 'static,
) -> Recording<T> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watch = {
        let seen = seen.clone();
        bus.watch(move |event: &E| {
            // Not under the lock: it may emit such an event itself.
            let made = map(event);
            lock(&seen).push(made);
        })
    };
    Recording { seen, event: E::META.name, _watch: watch }
}

/// What was emitted since it began, in the order in which the emits ended: one made by a handler comes before the one it
/// follows from. An event is recorded also where a handler stopped the rest.
pub struct Recording<T> {
    seen: Arc<Mutex<Vec<T>>>,
    event: &'static str,
    _watch: Subscription,
}

fn lock<T>(seen: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Clone> Recording<T> {
    /// What was recorded.
    pub fn events(&self) -> Vec<T> {
        lock(&self.seen).clone()
    }
}

impl<T> Recording<T> {
    /// Takes out what was recorded.
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut lock(&self.seen))
    }

    /// How many were recorded.
    pub fn len(&self) -> usize {
        lock(&self.seen).len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Debug> Recording<T> {
    /// Asserts how many were emitted.
    ///
    /// # Panics
    /// If it was another number; tells which events they were.
    #[track_caller]
    pub fn assert_emitted(&self, times: usize) {
        let seen = lock(&self.seen);
        assert!(
            seen.len() == times,
            "expected {times} of `{}`, but {} were emitted: {:?}",
            self.event,
            seen.len(),
            *seen
        );
    }

    /// Asserts that none was emitted.
    ///
    /// # Panics
    /// If one was; tells which.
    #[track_caller]
    pub fn assert_none(&self) {
        let seen = lock(&self.seen);
        assert!(
            seen.is_empty(),
            "expected no `{}`, but {} were emitted: {:?}",
            self.event,
            seen.len(),
            *seen
        );
    }

    /// Asserts that one was emitted for which this holds.
    ///
    /// # Panics
    /// If there was none; tells which events there were.
    #[track_caller]
    pub fn assert_any(&self, holds: impl Fn(&T) -> bool) {
        let seen = lock(&self.seen);
        assert!(
            seen.iter().any(holds),
            "no such `{}` among the {} emitted: {:?}",
            self.event,
            seen.len(),
            *seen
        );
    }

    /// Asserts that none was emitted for which this holds.
    ///
    /// # Panics
    /// If there was one; tells which.
    #[track_caller]
    pub fn assert_no(&self, holds: impl Fn(&T) -> bool) {
        let seen = lock(&self.seen);
        if let Some(found) = seen.iter().find(|event| holds(event)) {
            panic!("expected no such `{}`, but this one was emitted: {found:?}", self.event);
        }
    }
}
