use std::fmt;
use std::time::Duration;

use events_core::event::EventMeta;

use super::account::Account;

/// What a shutdown found when it ended.
///
/// ```
/// use events::prelude::*;
/// use std::time::Duration;
///
/// let bus = Bus::builder().build().unwrap();
/// let report = bus.shutdown(Duration::from_secs(1));
/// assert!(report.is_clean());
/// println!("{report}");
/// ```
#[must_use = "tells which events were left behind"]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The events that were not handled in time, by lane and event.
    pub left: Vec<Left>,
    /// What was still under way when the time was up.
    pub running: Vec<Running>,
    /// What became of all that was ever sent, over all lanes.
    pub account: Account,
    /// How long it took.
    pub took: Duration,
}

/// Events that a shutdown left behind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Left {
    /// The lane they were on.
    pub lane: String,
    /// The event.
    pub event: &'static EventMeta,
    /// How many there were.
    pub count: u64,
}

/// An event whose handlers were still running when a shutdown's time was up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Running {
    /// The lane it was on.
    pub lane: String,
    /// The event.
    pub event: &'static EventMeta,
}

impl ShutdownReport {
    /// Whether every event was handled or became a dead letter.
    pub fn is_clean(&self) -> bool {
        self.left.is_empty()
    }
}

/// The account, and a line for each event that was left behind or still under way.
impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shut down in {:.1?}: {}", self.took, self.account)?;
        for Left { lane, event, count } in &self.left {
            write!(f, "\n  left on lane \"{lane}\": {count} × {}", event.name)?;
        }
        for Running { lane, event } in &self.running {
            write!(
                f,
                "\n  still running on lane \"{lane}\": handlers of {} ({}:{})",
                event.name, event.file, event.line
            )?;
        }
        Ok(())
    }
}
