//! Deadlines, and the clock that they are compared with.

use alloc::sync::Arc;
use core::fmt;
use std::time::{Duration, Instant};

use super::Context;

/// A clock that replaces the system's for the deadlines of a context: a test moves it.
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
    /// Sets the time after which no further handler starts. If a deadline is already set, the earlier one counts.
    ///
    /// A handler that runs is not interrupted. What it emits with a [`child`](Self::child) has the same deadline.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use events::prelude::*;
    ///
    /// let request = Instant::now() + Duration::from_secs(1);
    /// let step = request + Duration::from_secs(30);
    /// let cx = Context::new().with_deadline(request).with_deadline(step);
    /// assert_eq!(cx.deadline(), Some(request));
    /// ```
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
        self.limited = true;
        self
    }

    /// Sets a deadline `timeout` from now. If a deadline is already set, the earlier one counts.
    ///
    /// A timeout that the clock cannot represent, such as [`Duration::MAX`], sets no deadline.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct SearchTyped;
    ///
    /// #[handler]
    /// fn suggest(_: &SearchTyped) {}
    ///
    /// let expired = Context::new().with_timeout(Duration::ZERO);
    /// let outcome = events::dispatch_with(&SearchTyped, &expired);
    /// assert_eq!((outcome.ran(), outcome.unreached()), (0, 1));
    /// assert_eq!(outcome.stopped(), Some(Stop::Deadline));
    /// ```
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        match self.now().checked_add(timeout) {
            Some(deadline) => self.with_deadline(deadline),
            None => self,
        }
    }

    /// Replaces the system's clock for the deadline of this context and for those that are set after this call.
    #[doc(hidden)]
    #[must_use]
    pub fn with_time_source(mut self, time: Arc<dyn TimeSource>) -> Self {
        Arc::make_mut(self.rare.get_or_insert_default()).time = Some(SharedTime(time));
        self
    }

    /// Returns the time after which no further handler starts, if there is a deadline.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use events::prelude::*;
    ///
    /// let deadline = Instant::now() + Duration::from_secs(5);
    /// assert_eq!(Context::new().with_deadline(deadline).deadline(), Some(deadline));
    /// assert_eq!(Context::new().deadline(), None);
    /// ```
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Returns the time left until the deadline: zero once it has passed, `None` without a deadline.
    ///
    /// A handler passes it on as the timeout of what it calls:
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::prelude::*;
    ///
    /// fn read_timeout(cx: &Context) -> Duration {
    ///     cx.remaining().unwrap_or(Duration::MAX).min(Duration::from_secs(30))
    /// }
    ///
    /// assert_eq!(read_timeout(&Context::new()), Duration::from_secs(30));
    /// assert!(read_timeout(&Context::new().with_timeout(Duration::from_secs(2))) <= Duration::from_secs(2));
    /// ```
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(self.now()))
    }

    /// Whether the deadline has passed.
    pub(super) fn is_expired(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= self.now())
    }

    /// The time now, by the clock of this context.
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
    fn a_deadline_and_its_clones_use_the_clock_of_the_context() {
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
