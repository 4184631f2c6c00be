use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use events_core::handler::HandlerMeta;

use crate::sync::Mutex;

/// A synchronous handler that took longer than its `timeout`. It cannot be interrupted, so it is reported. Returned by
/// [`LaneHandle::slow`](crate::LaneHandle::slow).
///
/// ```
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct Page;
/// #[handler(timeout = "1ms")]
/// fn render(_: &Page) { std::thread::sleep(Duration::from_millis(20)) }
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(Page).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// let slow = bus.lane("default").unwrap().slow()[0];
/// assert_eq!(slow.runs, 1);
/// assert!(slow.to_string().contains("1 slow run, the longest "));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SlowHandler {
    /// The handler, with file and line.
    pub handler: &'static HandlerMeta,
    /// How many of its runs took longer than the timeout.
    pub runs: u64,
    /// The longest of these runs.
    pub longest: Duration,
}

/// Writes the handler with file and line, how often, and how long at most.
impl fmt::Display for SlowHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = if self.runs == 1 { "run" } else { "runs" };
        write!(f, "{}: {} slow {runs}, the longest {:?}", self.handler, self.runs, self.longest)
    }
}

/// The slow handlers of a lane.
#[derive(Default)]
pub(super) struct SlowHandlers(Mutex<BTreeMap<&'static str, SlowHandler>>);

impl SlowHandlers {
    pub(super) fn note(&self, handler: &'static HandlerMeta, took: Duration) {
        let mut slow = self.0.lock();
        let entry =
            slow.entry(handler.path).or_insert(SlowHandler { handler, runs: 0, longest: Duration::ZERO });
        entry.runs += 1;
        entry.longest = entry.longest.max(took);
    }

    pub(super) fn list(&self) -> Vec<SlowHandler> {
        self.0.lock().values().copied().collect()
    }
}
