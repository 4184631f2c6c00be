//! The clocks that lanes use.

use std::fmt;
#[cfg(feature = "tokio")]
use std::future::Future;
use std::sync::Arc;
#[cfg(feature = "tokio")]
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use events_core::context::TimeSource;
#[cfg(feature = "tokio")]
use slab::Slab;

#[cfg(feature = "tokio")]
use crate::door;
use crate::sync::Mutex;

/// The clock of a bus, for retries, delays, batches, breakers and timeouts.
#[derive(Clone, Default)]
pub(crate) enum Clock {
    /// The system's monotonic clock.
    #[default]
    System,
    /// The clock of the tokio runtime, which a test may have paused.
    #[cfg(feature = "tokio")]
    Tokio,
    /// A clock that a test moves.
    Manual(Arc<ManualClock>),
}

/// The furthest time that is used for "never". An `Instant` can represent it on every platform.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

impl Clock {
    /// The time now.
    #[inline]
    pub(crate) fn now(&self) -> Instant {
        match self {
            Self::System => Instant::now(),
            #[cfg(feature = "tokio")]
            Self::Tokio => tokio::time::Instant::now().into_std(),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// The time after a duration, thirty years from now at most.
    pub(crate) fn after(&self, duration: Duration) -> Instant {
        let now = self.now();
        later(now, duration)
    }

    /// How long to sleep until `due`. `None` for a clock that a test moves, since sleeping does not advance it.
    pub(crate) fn time_until(&self, due: Instant) -> Option<Duration> {
        match self {
            Self::Manual(_) => None,
            _ => Some(due.saturating_duration_since(self.now())),
        }
    }

    /// Awaits a future until a time of this clock. `None` if the time came first.
    ///
    /// # Panics
    /// Outside of a tokio runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub(crate) async fn timeout_at<F: Future>(&self, until: Instant, future: F) -> Option<F::Output> {
        match self {
            Self::Manual(clock) => clock.timeout_at(until, future).await,
            _ => tokio::time::timeout_at(until.into(), future).await.ok(),
        }
    }

    /// The time source for deadlines of contexts, if it is not the system's clock.
    pub(crate) fn time_source(&self) -> Option<Arc<dyn TimeSource>> {
        self.manual().map(|clock| clock.clone() as _)
    }

    /// Converts the end of a shutdown from the system's clock to this one. A test that waits for the shutdown cannot
    /// move a manual clock meanwhile, so there the end is now.
    pub(crate) fn end_of_shutdown(&self, end: Option<Instant>) -> Option<Instant> {
        match self {
            Self::System => end,
            #[cfg(feature = "tokio")]
            Self::Tokio => end.map(|end| self.after(end.saturating_duration_since(Instant::now()))),
            Self::Manual(clock) => Some(clock.now()),
        }
    }

    /// The manual clock, if this is one.
    pub(crate) fn manual(&self) -> Option<&Arc<ManualClock>> {
        match self {
            Self::Manual(clock) => Some(clock),
            _ => None,
        }
    }
}

/// The time after a duration, thirty years later at most.
pub(crate) fn later(from: Instant, duration: Duration) -> Instant {
    from + duration.min(FAR)
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            #[cfg(feature = "tokio")]
            Self::Tokio => "Tokio",
            Self::Manual(_) => "Manual",
        })
    }
}

type Callback = Arc<dyn Fn() -> bool + Send + Sync>;

/// A clock that changes only when it is moved.
pub(crate) struct ManualClock {
    start: Instant,
    elapsed: Mutex<Duration>,
    /// Called after each move, to wake what waits for a time. A callback is removed when it returns `false`.
    moved: Mutex<Vec<Callback>>,
    /// The tasks that wait for a time.
    #[cfg(feature = "tokio")]
    sleepers: Mutex<Slab<Waker>>,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            elapsed: Mutex::default(),
            moved: Mutex::default(),
            #[cfg(feature = "tokio")]
            sleepers: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        later(self.start, *self.elapsed.lock())
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        {
            let mut elapsed = self.elapsed.lock();
            *elapsed = elapsed.saturating_add(by);
        }
        // Called outside of the lock, because a callback may read the clock or drop the last handle to a bus.
        let callbacks = self.moved.lock().clone();
        let finished: Vec<_> = callbacks.into_iter().filter(|moved| !moved()).collect();
        if !finished.is_empty() {
            self.moved.lock().retain(|moved| !finished.iter().any(|finished| Arc::ptr_eq(finished, moved)));
        }
        #[cfg(feature = "tokio")]
        {
            let sleepers: Vec<Waker> = self.sleepers.lock().iter().map(|(_, waker)| waker.clone()).collect();
            sleepers.into_iter().for_each(door::wake);
        }
    }

    /// Adds a callback for each move, until it returns `false`.
    pub(crate) fn on_move(&self, moved: impl Fn() -> bool + Send + Sync + 'static) {
        self.moved.lock().push(Arc::new(moved));
    }

    #[cfg(feature = "tokio")]
    async fn timeout_at<F: Future>(&self, until: Instant, future: F) -> Option<F::Output> {
        let mut future = std::pin::pin!(future);
        let mut sleeper = Sleeper { clock: self, key: None };
        std::future::poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(value));
            }
            // Announced before the check, so that no move of the clock is missed.
            sleeper.announce(cx.waker());
            if self.now() >= until { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }
}

impl TimeSource for ManualClock {
    fn now(&self) -> Instant {
        self.now()
    }
}

/// A task that waits for a time.
#[cfg(feature = "tokio")]
struct Sleeper<'a> {
    clock: &'a ManualClock,
    key: Option<usize>,
}

#[cfg(feature = "tokio")]
impl Sleeper<'_> {
    fn announce(&mut self, waker: &Waker) {
        let waker = waker.clone();
        let mut sleepers = self.clock.sleepers.lock();
        match self.key {
            Some(key) => {
                let old = std::mem::replace(&mut sleepers[key], waker);
                drop(sleepers);
                door::discard(old);
            }
            None => self.key = Some(sleepers.insert(waker)),
        }
    }
}

#[cfg(feature = "tokio")]
impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        let waker = self.key.map(|key| self.clock.sleepers.lock().remove(key));
        door::discard(waker);
    }
}
