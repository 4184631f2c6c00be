//! What a handler asks of the lane that runs it: retries, a timeout, a circuit breaker, batches, others at the same time.
//!
//! `#[handler(..)]` writes it down; an emit, which runs the handlers at once, takes no notice of it.

mod retry;

use core::time::Duration;

pub use retry::{Jitter, Retry};

/// What a handler asks of the lane that runs it.
///
/// ```
/// use std::time::Duration;
/// use events::handler::{Policy, Retry};
/// use events::prelude::*;
///
/// #[event]
/// struct OrderPaid;
///
/// #[handler(retry(max = 5, backoff = "10ms..1s"), timeout = "200ms")]
/// fn charge(_: &OrderPaid) {}
///
/// let handler = events::registry().handlers().find(|handler| handler.path.ends_with("::charge")).unwrap();
/// let (from, to) = (Duration::from_millis(10), Duration::from_secs(1));
/// let same = Policy::NONE.retry(Retry::new(5).backoff(from, to)).timeout(Duration::from_millis(200));
/// assert_eq!(handler.policy, same);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// `retry(..)`: whether and when it runs again after it failed.
    pub retry: Option<Retry>,
    /// `timeout = ".."`: an `async` handler is cancelled after this long, a plain one is told of as slow.
    pub timeout: Option<Duration>,
    /// `breaker(..)`: when it is left alone for a while because it keeps failing.
    pub breaker: Option<Breaker>,
    /// `batch`: it takes many events at once.
    pub batch: Option<Batch>,
    /// `concurrent`: it may run side by side with its neighbours in the table that have its priority and say so too.
    ///
    /// Where an event is awaited (`emit_async`, `dispatch_async`) they share one task: they are started in order, and while
    /// one waits the others go on. Where it is not, they run one after the other.
    pub concurrent: bool,
}

impl Policy {
    /// One event at a time, one attempt, for as long as it takes.
    pub const NONE: Self = Self { retry: None, timeout: None, breaker: None, batch: None, concurrent: false };

    /// Whether nothing is asked for.
    pub const fn is_none(&self) -> bool {
        !self.guards() && self.batch.is_none() && !self.concurrent
    }

    /// Whether there are retries, a timeout or a breaker: a row with such a policy is run by itself.
    pub(crate) const fn guards(&self) -> bool {
        self.retry.is_some() || self.timeout.is_some() || self.breaker.is_some()
    }

    /// With these retries.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// With this timeout.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// With this circuit breaker.
    #[must_use]
    pub const fn breaker(mut self, breaker: Breaker) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// Side by side with others.
    #[must_use]
    pub const fn concurrent(mut self) -> Self {
        self.concurrent = true;
        self
    }

    /// In batches like these.
    #[must_use]
    pub const fn batch(mut self, batch: Batch) -> Self {
        self.batch = Some(batch);
        self
    }
}

/// When a handler that keeps failing is left alone, and for how long: `breaker(failures = 20, cool_down = "5s")`.
///
/// While it is open the handler fails without being run, and a retry counts as one. So a handler with both needs a last
/// retry later than the cool-down, or its events are given up before it has a chance. The condition of `when` is part of the
/// run, so the breaker is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breaker {
    /// How many failures in a row open it.
    pub failures: u32,
    /// How long it stays open before the handler is tried again.
    pub cool_down: Duration,
}

impl Breaker {
    /// Open after so many failures in a row, for 5 s.
    pub const fn new(failures: u32) -> Self {
        Self { failures, cool_down: Duration::from_secs(5) }
    }

    /// Open for this long.
    #[must_use]
    pub const fn cool_down(mut self, cool_down: Duration) -> Self {
        self.cool_down = cool_down;
        self
    }
}

/// How many events a batch holds, and how long it waits for them: `batch(size = "64..1024", linger = "5ms..12ms")`.
///
/// The window between the two ends follows the load: small and prompt when idle, large when loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// The size of a full batch while there is little to do, in events.
    pub min_size: u32,
    /// The size of a full batch under load, in events. No batch is larger.
    pub max_size: u32,
    /// How long a batch that is not full waits for more while there is little to do.
    pub min_linger: Duration,
    /// How long a batch that is not full waits for more under load.
    pub max_linger: Duration,
    /// Whether a batch that failed is run again in halves, and not retried whole. The halves run at once, whatever the
    /// error: they find the events that fail. Only one that fails alone is retried, or not, as `retry` says.
    pub split: bool,
}

impl Batch {
    /// From 64 events within 5 ms up to 1024 within 12 ms, retried whole.
    pub const fn new() -> Self {
        Self {
            min_size: 64,
            max_size: 1024,
            min_linger: Duration::from_millis(5),
            max_linger: Duration::from_millis(12),
            split: false,
        }
    }

    /// With this size, in events, when idle and when loaded.
    #[must_use]
    pub const fn size(mut self, min: u32, max: u32) -> Self {
        self.min_size = min;
        self.max_size = max;
        self
    }

    /// Waiting this long for more when idle and when loaded.
    #[must_use]
    pub const fn linger(mut self, min: Duration, max: Duration) -> Self {
        self.min_linger = min;
        self.max_linger = max;
        self
    }

    /// The earlier name of [`linger`](Self::linger).
    #[doc(hidden)]
    #[must_use]
    pub const fn patience(self, min: Duration, max: Duration) -> Self {
        self.linger(min, max)
    }

    /// Retried in halves where it failed.
    #[must_use]
    pub const fn split(mut self) -> Self {
        self.split = true;
        self
    }
}

impl Default for Batch {
    fn default() -> Self {
        Self::new()
    }
}
