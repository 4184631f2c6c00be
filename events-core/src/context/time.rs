//! Deadlines, and the clock that they go by.

use alloc::sync::Arc;
use core::fmt;
use std::time::{Duration, Instant};

use super::Context;

/// A clock that deadlines of contexts go by in place of the system's: one that a test moves.
#[doc(hidden)]
pub trait TimeSource: Send + Sync {
    /// The time now.
    fn now(&self) -> Instant;
}

#[derive(Clone)]
pub(super) struct SharedTime(Arc<dyn TimeSource>);

impl fmt::Debug for SharedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.now().fmt(f)
    }
}

impl Context {
    /// With this deadline, or the one it already had where that is earlier.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
        self.limited = true;
        self
    }

    /// With a deadline this long from now. A time past the end of the clock is no limit.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        match self.now().checked_add(timeout) {
            Some(deadline) => self.with_deadline(deadline),
            None => self,
        }
    }

    /// With this clock in place of the system's, for its deadline and those that are set from now on.
    #[doc(hidden)]
    #[must_use]
    pub fn with_time_source(mut self, time: Arc<dyn TimeSource>) -> Self {
        Arc::make_mut(self.rare.get_or_insert_default()).time = Some(SharedTime(time));
        self
    }

    /// When the time is up, if it ever is.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How much time is left, zero when it is up; `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(self.now()))
    }

    /// Whether the time is up.
    pub(super) fn is_expired(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= self.now())
    }

    /// The time now, by the clock that its deadline goes by.
    fn now(&self) -> Instant {
        match self.rare.as_deref().and_then(|rare| rare.time.as_ref()) {
            Some(SharedTime(time)) => time.now(),
            None => Instant::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::outcome::Stop;

    struct Moved(Mutex<Instant>);

    impl TimeSource for Moved {
        fn now(&self) -> Instant {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn a_deadline_goes_by_the_clock_of_its_context_and_so_do_its_clones() {
        let time = Arc::new(Moved(Mutex::new(Instant::now() + Duration::from_secs(3600))));
        let cx = Context::new().with_meta("tenant", "acme").with_time_source(time.clone());
        assert!(!cx.is_limited(), "a clock by itself stops nothing");
        let cx = cx.with_timeout(Duration::from_secs(10));
        let child = cx.child();
        assert_eq!((cx.remaining(), cx.stop()), (Some(Duration::from_secs(10)), None));
        *time.0.lock().unwrap() += Duration::from_secs(10);
        assert_eq!((child.remaining(), child.stop()), (Some(Duration::ZERO), Some(Stop::Deadline)));
        assert_eq!(child.meta("tenant"), Some("acme"));
        let later = cx.without_limits().with_timeout(Duration::from_secs(1));
        assert_eq!(later.remaining(), Some(Duration::from_secs(1)));
    }
}
