//! Waits that end: each fails after [`LONG`], in a longer run after as many times that, and says what it waited for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::process::scale;

/// Far longer than anything here takes on a busy machine, and shorter than the limit of a test: whoever waits so long has
/// found a fault.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// How often a wait looks again at once. After that it pauses between its looks, so that those have the processor who bring
/// about what it waits for.
const LOOKS: u32 = 100;

fn time_limit() -> Duration {
    LONG.mul_f64(scale().max(1.0))
}

/// Waits until something is so, which another thread brings about. To be used where there is nothing to block on.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (start, mut looks) = (Instant::now(), 0);
    while !is_so() {
        assert!(start.elapsed() < time_limit(), "not in time: {what}");
        looks += 1;
        if looks < LOOKS {
            std::thread::yield_now();
        } else {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

/// A list that handlers write.
pub(crate) struct Log<T>(Mutex<Vec<T>>);

impl<T: Clone> Log<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }

    pub(crate) fn push(&self, item: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(item);
    }

    pub(crate) fn get(&self) -> Vec<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Threads wait here until it is opened.
#[derive(Default)]
pub(crate) struct Gate {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Gate {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Waits until it is open.
    pub(crate) fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        self.changed.notify_all();
        let (state, timeout) =
            self.changed.wait_timeout_while(state, time_limit(), |state| !state.1).unwrap();
        assert!(!timeout.timed_out(), "the gate was not opened in time; {} came", state.0);
    }

    /// Waits until so many came to it.
    pub(crate) fn wait_for(&self, came: usize) {
        let state = self.state.lock().unwrap();
        let (state, timeout) =
            self.changed.wait_timeout_while(state, time_limit(), |state| state.0 < came).unwrap();
        assert!(!timeout.timed_out(), "only {} of {came} came to the gate in time", state.0);
    }

    pub(crate) fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }
}
