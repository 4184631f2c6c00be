use std::fmt;
use std::time::Duration;

use events_core::event::EventMeta;

use super::account::Account;
use crate::lane::dead_letter::UnseenLetters;

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
#[must_use = "it names the events that were left"]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The events that were not handled in time, by lane and event.
    pub left: Vec<Left>,
    /// What was still under way when the time was up.
    pub running: Vec<Running>,
    /// What was under way when the time was up and was aborted, on lanes with
    /// [`abort_at_end`](crate::LaneConfig::abort_at_end). The events are among those left.
    pub aborted: Vec<Running>,
    /// Dead letters that no handler and no call of the program has looked at so far.
    pub unseen_letters: Vec<UnseenLetters>,
    /// Whether the lanes have ended. They have not where another shutdown, which was given more time, goes on.
    pub is_final: bool,
    /// What became of all that was ever sent, over all lanes.
    pub account: Account,
    /// How long it took.
    pub took: Duration,
}

/// Events that a shutdown left.
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

/// An event whose handlers were still running, or were aborted, when a shutdown's time was up.
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

/// The account, and a line for each event that was left or still under way, or whose dead letters nobody looked at.
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
        for Running { lane, event } in &self.aborted {
            write!(
                f,
                "\n  aborted on lane \"{lane}\": handlers of {} ({}:{})",
                event.name, event.file, event.line
            )?;
        }
        for unseen in &self.unseen_letters {
            write!(f, "\n  {unseen}")?;
        }
        Ok(())
    }
}
