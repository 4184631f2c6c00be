//! What time it is for a lane.

use std::fmt;
#[cfg(feature = "tokio")]
use std::future::Future;
use std::sync::Arc;
#[cfg(feature = "tokio")]
use std::task::Poll;
use std::task::Waker;
use std::time::{Duration, Instant};

use crate::door;
use crate::sync::Mutex;

/// The clock of a bus: retries, delays, batches, breakers and timeouts go by it.
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

/// Times further away than this are as good as never: an `Instant` holds them on every platform.
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

    /// The time after a duration; thirty years from now where that is later.
    pub(crate) fn after(&self, duration: Duration) -> Instant {
        let now = self.now();
        later(now, duration)
    }

    /// How long to sleep until then. `None` where sleeping does not bring the time nearer: a test moves the clock.
    pub(crate) fn time_until(&self, due: Instant) -> Option<Duration> {
        match self {
            Self::Manual(_) => None,
            _ => Some(due.saturating_duration_since(self.now())),
        }
    }

    /// Awaits a future, until a time of this clock at most. `None` if the time came first.
    ///
    /// # Panics
    /// Outside of a tokio runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub(crate) async fn timeout_at<F: Future>(&self, until: Instant, future: F) -> Option<F::Output> {
        let Self::Manual(clock) = self else {
            return tokio::time::timeout_at(until.into(), future).await.ok();
        };
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(value));
            }
            // Announced first, so that no move of the clock slips in between.
            clock.wakers.lock().push(cx.waker().clone());
            if clock.now() >= until { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }

    /// The clock that a test moves, if it is one.
    pub(crate) fn manual(&self) -> Option<&Arc<ManualClock>> {
        match self {
            Self::Manual(clock) => Some(clock),
            _ => None,
        }
    }
}

/// A time after another; thirty years after where that is later.
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

/// A clock that stands still until it is moved.
pub(crate) struct ManualClock {
    start: Instant,
    elapsed: Mutex<Duration>,
    /// Called after each move, to wake whoever waits for a time.
    moved: Mutex<Vec<Arc<dyn Fn() + Send + Sync>>>,
    /// The tasks that wait for a time.
    wakers: Mutex<Vec<Waker>>,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            elapsed: Mutex::default(),
            moved: Mutex::default(),
            wakers: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        later(self.start, *self.elapsed.lock())
    }

    /// Moves it forward.
    pub(crate) fn advance(&self, by: Duration) {
        {
            let mut elapsed = self.elapsed.lock();
            *elapsed = elapsed.saturating_add(by);
        }
        let moved = self.moved.lock().clone();
        moved.iter().for_each(|moved| moved());
        let wakers = std::mem::take(&mut *self.wakers.lock());
        wakers.into_iter().for_each(door::wake);
    }

    /// Calls back after each move.
    pub(crate) fn on_move(&self, moved: impl Fn() + Send + Sync + 'static) {
        self.moved.lock().push(Arc::new(moved));
    }
}
