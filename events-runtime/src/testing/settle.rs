//! Waiting until all that is due was handled.

use std::time::Duration;

use crate::bus::Bus;

/// Waits until nothing is queued, under way, or due by the bus's [`Clock`](super::Clock); up to this long, in real time.
/// Returns whether it is so. Retries, delayed events and batches whose time has not come are not waited for.
///
/// On a bus without such a clock, all of these come by themselves: there it is the same as [`Bus::drain`].
pub fn settle(bus: &Bus, timeout: Duration) -> bool {
    bus.inner.lanes.settle(timeout)
}

/// The same as [`settle`] in a task, whose thread goes on with others meanwhile: on a runtime of one thread, with the workers.
///
/// # Panics
/// Outside of a tokio runtime with its time driver enabled.
#[cfg(feature = "tokio")]
pub async fn settle_async(bus: &Bus, timeout: Duration) -> bool {
    bus.inner.lanes.settle_async(timeout).await
}
