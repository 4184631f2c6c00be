//! Policies of a handler: retries, a timeout, a circuit breaker, batches and concurrency.
//!
//! The options of `#[handler(..)]` set them, and lanes follow them. An emit, which runs the handlers at once, follows
//! `concurrent` alone.

mod retry;

use core::time::Duration;

pub use retry::{Jitter, Retry};

/// The policies of a handler, as the options of `#[handler(..)]` set them.
///
/// Lanes follow them. An emit, which runs the handlers at once, follows [`concurrent`](Self::concurrent) alone.
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
    /// `retry(..)`: how often and when the handler runs again after a failure.
    pub retry: Option<Retry>,
    /// `timeout = ".."`: an `async` handler is cancelled after this time. A synchronous handler that took longer is reported
    /// as slow.
    pub timeout: Option<Duration>,
    /// `breaker(..)`: after how many failures the handler is not run for a while.
    pub breaker: Option<Breaker>,
    /// `batch`: the handler takes many events at once.
    pub batch: Option<Batch>,
    /// `concurrent`: the handler may run concurrently with handlers next to it that have the same priority and are
    /// `concurrent` too.
    ///
    /// `emit_async` and `dispatch_async` start them in order in one task, and while one waits the others go on. A
    /// synchronous emit runs them one after the other.
    pub concurrent: bool,
}

impl Policy {
    /// No policy: one event at a time, one attempt, no timeout.
    pub const NONE: Self = Self { retry: None, timeout: None, breaker: None, batch: None, concurrent: false };

    /// Returns whether no policy is set.
    ///
    /// ```
    /// use events::handler::{Policy, Retry};
    ///
    /// assert!(Policy::NONE.is_none());
    /// assert!(!Policy::NONE.retry(Retry::new(3)).is_none());
    /// ```
    pub const fn is_none(&self) -> bool {
        !self.guards() && self.batch.is_none() && !self.concurrent
    }

    /// Whether there are retries, a timeout or a breaker. A row with such a policy runs by itself.
    pub(crate) const fn guards(&self) -> bool {
        self.retry.is_some() || self.timeout.is_some() || self.breaker.is_some()
    }

    /// Sets the retries.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sets the timeout.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the circuit breaker.
    #[must_use]
    pub const fn breaker(mut self, breaker: Breaker) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// Lets the handler run concurrently with others: see [`concurrent`](Self::concurrent).
    #[must_use]
    pub const fn concurrent(mut self) -> Self {
        self.concurrent = true;
        self
    }

    /// Makes the handler take batches.
    #[must_use]
    pub const fn batch(mut self, batch: Batch) -> Self {
        self.batch = Some(batch);
        self
    }
}

/// A circuit breaker: after a number of failures in a row, the handler is not run for a while.
/// `breaker(failures = 20, cool_down = "5s")` sets it.
///
/// While the breaker is open, each event fails without running the handler, and each retry counts as an attempt. A handler
/// with a breaker and retries therefore needs a backoff long enough for its last retry to come after the cool-down; else the
/// lane gives up events that the handler never saw. The breaker is asked before the condition of `when`.
///
/// ```
/// use std::time::Duration;
/// use events::handler::Breaker;
/// use events::prelude::*;
///
/// #[event]
/// struct SmsQueued;
///
/// #[handler(breaker(failures = 20, cool_down = "30s"))]
/// fn call_gateway(_: &SmsQueued) {}
///
/// let handler = events::registry().handlers().find(|handler| handler.path.ends_with("::call_gateway")).unwrap();
/// assert_eq!(handler.policy.breaker, Some(Breaker::new(20).cool_down(Duration::from_secs(30))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breaker {
    /// The number of failures in a row that opens the breaker.
    pub failures: u32,
    /// How long the breaker stays open before the handler is tried again.
    pub cool_down: Duration,
}

impl Breaker {
    /// Creates a breaker that opens after this number of failures in a row, for 5 s.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::handler::Breaker;
    ///
    /// let breaker = Breaker::new(20);
    /// assert_eq!((breaker.failures, breaker.cool_down), (20, Duration::from_secs(5)));
    /// ```
    pub const fn new(failures: u32) -> Self {
        Self { failures, cool_down: Duration::from_secs(5) }
    }

    /// Sets how long the breaker stays open.
    #[must_use]
    pub const fn cool_down(mut self, cool_down: Duration) -> Self {
        self.cool_down = cool_down;
        self
    }
}

/// The size of a batch in events, and how long a batch waits for more. `batch(size = "64..1024", linger = "5ms..12ms")` sets
/// it.
///
/// Both follow the load between their two ends: batches are small and prompt under little load, and large under much.
///
/// ```
/// use std::time::Duration;
/// use events::handler::Batch;
///
/// let ms = Duration::from_millis;
/// let batch = Batch::new().size(100, 500).linger(ms(1), ms(20)).split();
/// assert_eq!((batch.min_size, batch.max_size), (100, 500));
/// assert_eq!((batch.min_linger, batch.max_linger), (ms(1), ms(20)));
/// assert!(batch.split);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// The size of a full batch under little load, in events.
    pub min_size: u32,
    /// The size of a full batch under load, in events. No batch is larger.
    pub max_size: u32,
    /// How long a batch that is not full waits for more events under little load.
    pub min_linger: Duration,
    /// How long a batch that is not full waits for more events under load.
    pub max_linger: Duration,
    /// Whether a batch that failed runs again in halves, in place of a retry of the whole batch.
    ///
    /// The halves run at once, whatever the error, until the events that fail are found. Only an event that fails alone is
    /// retried, if the handler has `retry`.
    pub split: bool,
}

impl Batch {
    /// Creates the default batches: 64 events or 5 ms under little load, up to 1024 events or 12 ms under much, retried as a
    /// whole.
    ///
    /// ```
    /// use events::handler::Batch;
    ///
    /// assert_eq!((Batch::new().min_size, Batch::new().max_size), (64, 1024));
    /// assert_eq!(Batch::new(), Batch::default());
    /// ```
    pub const fn new() -> Self {
        Self {
            min_size: 64,
            max_size: 1024,
            min_linger: Duration::from_millis(5),
            max_linger: Duration::from_millis(12),
            split: false,
        }
    }

    /// Sets the size of a full batch, in events, under little load and under much.
    #[must_use]
    pub const fn size(mut self, min: u32, max: u32) -> Self {
        self.min_size = min;
        self.max_size = max;
        self
    }

    /// Sets how long a batch that is not full waits for more events, under little load and under much.
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

    /// Runs a batch that failed again in halves: see [`split`](Self::split).
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
