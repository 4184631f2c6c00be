use std::fmt;
use std::sync::Arc;

use events_core::event::Urgency;

/// What a callback of [`LaneConfig::watermarks`](super::LaneConfig::watermarks) is called with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watermark {
    /// Which mark was crossed.
    pub mark: Mark,
    /// Of which of the lane's queues.
    pub urgency: Urgency,
    /// How many events waited in it when that was noticed.
    pub depth: usize,
}

/// A mark of a lane's depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// The depth rose to the high mark.
    High,
    /// The depth fell to the low mark, after the high one was reported.
    Low,
}

/// When to call back, and whom.
#[derive(Clone)]
pub(crate) struct Watermarks {
    pub(crate) low: usize,
    pub(crate) high: usize,
    pub(crate) call: Arc<dyn Fn(Watermark) + Send + Sync>,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::High => "high",
            Self::Low => "low",
        })
    }
}
