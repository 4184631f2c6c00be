use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use events_core::Context;

use crate::lane::{self, ManualClock};

/// A clock that stands still until the test moves it. A clone is a handle to the same clock.
///
/// Given to [`TestBusBuilder::clock`](super::TestBusBuilder::clock), all lanes of the bus go by it: retries, delayed sends,
/// the linger of batches, the cool-down of circuit breakers, and the timeouts of handlers. An `async` handler is cancelled
/// when the test moves the clock past its timeout; a synchronous one is named as slow where the clock was moved so far while
/// it ran. The deadline of a context that was sent goes by it too, and so does that of [`Clock::context`] wherever it is used.
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
/// What waits for other threads goes by the system's clock: senders that wait for room, [`Bus::drain`](crate::Bus::drain),
/// [`settle`](super::settle()), the time that a shutdown is given, a lane's rate limit. A shutdown handles what is due, and
/// reports as left at once what is not: nobody moves the clock while the test waits for it.
#[derive(Clone)]
pub struct Clock(Arc<ManualClock>);

impl Clock {
    /// A clock of its own. It begins at the time now.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(Arc::new(ManualClock::new()))
    }

    /// The time that it shows. Thirty years after its beginning it stands still.
    pub fn now(&self) -> Instant {
        self.0.now()
    }

    /// Moves it forward, and wakes all that wait for a time. Returns at once; [`settle`](super::settle()) waits until what is
    /// due now was handled.
    ///
    /// It jumps: what is due in between begins after the jump, at the time that the clock shows then. Move it in steps where
    /// one retry follows another.
    pub fn advance(&self, by: Duration) {
        self.0.advance(by);
    }

    /// A context whose deadline goes by this clock, wherever it is used.
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
