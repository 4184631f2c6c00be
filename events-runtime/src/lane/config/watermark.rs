use std::fmt;
use std::sync::Arc;

use events_core::event::Urgency;

/// A mark that the depth of a queue has crossed: what the callback of
/// [`LaneConfig::watermarks`](super::LaneConfig::watermarks) receives.
///
/// ```
/// use events::LaneConfig;
/// use events::lane::{Mark, Watermark};
/// use events::prelude::*;
/// use std::sync::mpsc;
///
/// #[event]
/// struct Order;
///
/// let (report, reports) = mpsc::channel::<Watermark>();
/// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0);
/// let lane = lane.watermarks(0, 2, move |crossed| report.send(crossed).unwrap());
/// let bus = Bus::builder().lane(lane).build().unwrap();
/// bus.send_batch([Order, Order]).unwrap();
/// let crossed = reports.recv().unwrap();
/// assert_eq!((crossed.mark, crossed.depth), (Mark::High, 2));
/// assert_eq!(crossed.mark.to_string(), "high");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watermark {
    /// Which mark was crossed.
    pub mark: Mark,
    /// The urgency whose queue it was: each lane has three queues.
    pub urgency: Urgency,
    /// How many events waited in that queue when the crossing was noticed.
    pub depth: usize,
}

/// Which mark a queue has crossed. Part of [`Watermark`].
///
/// ```
/// use events::lane::Mark;
///
/// let slow_down = |mark| matches!(mark, Mark::High);
/// assert!(slow_down(Mark::High) && !slow_down(Mark::Low));
/// assert_eq!(Mark::Low.to_string(), "low");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// The number of waiting events has risen to the high mark.
    High,
    /// The number has fallen to the low mark, after the high mark was reported.
    Low,
}

/// The marks, and the callback.
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
