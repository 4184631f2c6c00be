use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use events_core::handler::HandlerMeta;

use crate::sync::Mutex;

/// A synchronous handler that took longer than its `timeout` says. It cannot be interrupted, so it is named.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SlowHandler {
    /// The handler, with file and line.
    pub handler: &'static HandlerMeta,
    /// How many of its runs took too long.
    pub runs: u64,
    /// The longest of them.
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
