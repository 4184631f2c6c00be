use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use events_core::Context;

use crate::lane::{self, ManualClock};

/// A clock that moves only when the test moves it. A clone is a handle to the same clock.
///
/// [`TestBusBuilder::clock`](super::TestBusBuilder::clock) gives it to all lanes of a bus. They use it for retries, delayed sends,
/// the linger of batches, the cool-down of circuit breakers, the timeouts of handlers, and the deadlines of contexts that are
/// sent. An `async` handler is cancelled when the clock moves past its timeout. A synchronous handler is reported as slow if the
/// clock moved that far while it ran. A context of [`Clock::context`] uses this clock everywhere.
///
/// ```standalone_crate
/// use std::time::Duration;
///
/// use events::prelude::*;
/// use events::testing::{self, Clock};
///
/// #[event]
/// struct OrderPaid;
///
/// #[handler(retry(max = 1, backoff = "1h..1h", jitter = false))]
/// fn charge(_: &OrderPaid, cx: &Context) -> Result<(), &'static str> {
///     if cx.attempt() == 1 { Err("the bank is closed") } else { Ok(()) }
/// }
///
/// # fn main() {
/// let (clock, limit) = (Clock::new(), Duration::from_secs(5));
/// let bus = testing::builder().clock(&clock).build().unwrap();
/// bus.send(OrderPaid).unwrap();
/// assert!(testing::settle(&bus, limit));
/// assert_eq!((bus.account().handled, bus.account().left), (0, 1));
///
/// clock.advance(Duration::from_secs(60 * 60));
/// assert!(testing::settle(&bus, limit));
/// assert_eq!(bus.account().handled, 1);
/// # }
/// ```
///
/// These use the clock of the system, because they wait for other threads: senders that wait for room,
/// [`Bus::drain`](crate::Bus::drain), [`settle`](super::settle()), the timeout of a shutdown, and the rate limit of a lane. A
/// shutdown handles what is due by this clock, and reports the rest as left at once, since the test cannot move the clock while it
/// waits.
#[derive(Clone)]
pub struct Clock(Arc<ManualClock>);

impl Clock {
    /// A new clock. It shows the time at which it was made.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(Arc::new(ManualClock::new()))
    }

    /// The time that the clock shows. It can be moved forward by thirty years in all.
    ///
    /// ```
    /// use events::testing::Clock;
    /// use std::time::Duration;
    ///
    /// let clock = Clock::new();
    /// let before = clock.now();
    /// assert_eq!(clock.now(), before);
    /// clock.advance(Duration::from_secs(60));
    /// assert_eq!(clock.now() - before, Duration::from_secs(60));
    /// ```
    pub fn now(&self) -> Instant {
        self.0.now()
    }

    /// Moves the clock forward and wakes everything whose time has come. It returns at once; [`settle`](super::settle()) waits until
    /// what is now due is handled.
    ///
    /// The clock jumps. What was due in between begins after the jump, at the new time. If one retry follows another, move the clock
    /// in steps.
    pub fn advance(&self, by: Duration) {
        self.0.advance(by);
    }

    /// A context whose deadline uses this clock, wherever the context is used.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use events::outcome::Stop;
    /// use events::testing::Clock;
    ///
    /// let clock = Clock::new();
    /// let cx = clock.context().with_timeout(Duration::from_secs(10));
    /// clock.advance(Duration::from_secs(9));
    /// assert_eq!(cx.remaining(), Some(Duration::from_secs(1)));
    /// clock.advance(Duration::from_secs(1));
    /// assert_eq!(cx.stop(), Some(Stop::Deadline));
    /// ```
    pub fn context(&self) -> Context {
        Context::new().with_time_source(self.0.clone())
    }

    pub(super) fn of_lanes(&self) -> lane::Clock {
        lane::Clock::Manual(self.0.clone())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
