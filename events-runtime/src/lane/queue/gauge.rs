//! Reports when the depth of a queue crosses a mark.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use events_core::event::Urgency;

use crate::door::{ForeignCode, Panics};
use crate::lane::config::{Mark, Watermark, Watermarks};

/// Reports when the depth of one queue crosses a mark.
pub(crate) struct DepthGauge {
    marks: Option<Watermarks>,
    urgency: Urgency,
    is_high: AtomicBool,
    panics: Arc<Panics>,
}

impl DepthGauge {
    pub(in crate::lane) fn new(marks: Option<Watermarks>, urgency: Urgency, panics: Arc<Panics>) -> Self {
        Self { marks, urgency, is_high: AtomicBool::new(false), panics }
    }

    /// Called after each send.
    #[inline(always)]
    pub(in crate::lane) fn rose(&self, depth: impl Fn() -> usize) {
        if let Some(marks) = &self.marks {
            self.rose_to(marks, &depth);
        }
    }

    #[cold]
    fn rose_to(&self, marks: &Watermarks, depth: &dyn Fn() -> usize) {
        let now = depth();
        if now >= marks.high && !self.is_high.swap(true, Ordering::AcqRel) {
            self.call(marks, Mark::High, now);
            // All events may have been taken before the high mark was set, so that no later call of `fell` would report
            // the low mark.
            self.fell(depth);
        }
    }

    /// Called after events were taken.
    #[inline(always)]
    pub(in crate::lane) fn fell(&self, depth: impl FnOnce() -> usize) {
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
        _ = self.panics.call(ForeignCode::Watermark, || (marks.call)(watermark));
    }
}
