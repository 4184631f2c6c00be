use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use events_core::event::Urgency;

use super::settings::Watermarks;

/// What a callback of [`Lane::watermarks`](super::Lane::watermarks) is told.
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
pub enum Mark {
    /// The depth rose to the high mark.
    High,
    /// The depth fell to the low mark, after the high one was told.
    Low,
}

/// Watches the depth of one queue.
pub(super) struct Gauge {
    marks: Option<Watermarks>,
    urgency: Urgency,
    is_high: AtomicBool,
}

impl Gauge {
    pub(super) fn new(marks: Option<Watermarks>, urgency: Urgency) -> Self {
        Self { marks, urgency, is_high: AtomicBool::new(false) }
    }

    /// To be called behind each send.
    #[inline(always)]
    pub(super) fn rose(&self, depth: impl Fn() -> usize) {
        if let Some(marks) = &self.marks {
            self.rose_to(marks, &depth);
        }
    }

    #[cold]
    fn rose_to(&self, marks: &Watermarks, depth: &dyn Fn() -> usize) {
        let now = depth();
        if now >= marks.high && !self.is_high.swap(true, Ordering::AcqRel) {
            self.call(marks, Mark::High, now);
            // All may have been taken before it was known that the depth was high.
            self.fell(depth);
        }
    }

    /// To be called when events were taken.
    #[inline(always)]
    pub(super) fn fell(&self, depth: impl FnOnce() -> usize) {
        if let Some(marks) = &self.marks
            && self.is_high.load(Ordering::Acquire)
        {
            let depth = depth();
            if depth <= marks.low && self.is_high.swap(false, Ordering::AcqRel) {
                self.call(marks, Mark::Low, depth);
            }
        }
    }

    fn call(&self, marks: &Watermarks, mark: Mark, depth: usize) {
        let watermark = Watermark { mark, urgency: self.urgency, depth };
        // Foreign code: its panic is not to cost the sender its result, nor the worker its event.
        drop(catch_unwind(AssertUnwindSafe(|| (marks.call)(watermark))));
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::High => "high",
            Self::Low => "low",
        })
    }
}
