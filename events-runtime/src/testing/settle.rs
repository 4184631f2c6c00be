//! Waiting until everything that is due is handled.

use std::time::Duration;

use crate::bus::Bus;

/// Waits until nothing is queued, being handled, or due by the bus's [`Clock`](super::Clock), but no longer than the timeout, which
/// is real time. Returns whether that state was reached. It does not wait for retries, delayed events and batches whose time has
/// not come.
///
/// On a bus without such a clock these are waited for too: there it is the same as [`Bus::drain`].
///
/// ```
/// use events::prelude::*;
/// use events::testing::{self, Clock};
/// use std::time::Duration;
///
/// #[event]
/// struct Reminder;
/// #[handler]
/// fn remind(_: &Reminder) {}
///
/// let (clock, limit) = (Clock::new(), Duration::from_secs(5));
/// let bus = testing::builder().clock(&clock).build().unwrap();
/// bus.send_after(Reminder, Duration::from_secs(3_600)).unwrap();
/// assert!(testing::settle(&bus, limit));
/// assert_eq!(bus.account().handled, 0);
/// clock.advance(Duration::from_secs(3_600));
/// assert!(testing::settle(&bus, limit));
/// assert_eq!(bus.account().handled, 1);
/// ```
pub fn settle(bus: &Bus, timeout: Duration) -> bool {
    bus.inner.lanes.settle(timeout)
}

/// Like [`settle`], for tasks: this task waits, and its thread goes on with other tasks. On a runtime with one thread these may be
/// the workers.
///
/// ```
/// use events::prelude::*;
/// use events::testing;
/// use std::time::Duration;
///
/// #[event]
/// struct Tick;
/// #[handler]
/// fn on_tick(_: &Tick) {}
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let bus = testing::builder().build().unwrap();
/// bus.send(Tick).unwrap();
/// assert!(testing::settle_async(&bus, Duration::from_secs(5)).await);
/// assert_eq!(bus.account().handled, 1);
/// # });
/// ```
///
/// # Panics
/// Outside of a tokio runtime with its time driver enabled.
#[cfg(feature = "tokio")]
pub async fn settle_async(bus: &Bus, timeout: Duration) -> bool {
    bus.inner.lanes.settle_async(timeout).await
}
