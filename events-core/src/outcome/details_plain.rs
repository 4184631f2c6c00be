//! The failures of an outcome and what stopped it, without an allocator: two fields.

use super::{Failures, Stopped, StoppedBy};
use crate::handler::HandlerMeta;

/// The failures, and the handler that stopped the run.
#[derive(Clone, Copy)]
pub(super) struct Details {
    failures: Failures,
    stopped: Option<StoppedBy>,
}

impl Details {
    pub(super) const NONE: Self = Self { failures: Failures::NONE, stopped: None };

    /// Whether there is nothing to report.
    pub(super) fn is_none(&self) -> bool {
        !self.has_failures() && self.stopped.is_none()
    }

    /// Whether a handler failed.
    pub(super) fn has_failures(&self) -> bool {
        !self.failures.is_empty()
    }

    pub(super) fn new(failures: Failures, stopped: Option<StoppedBy>) -> Self {
        Self { failures, stopped }
    }

    pub(super) fn failed(&self) -> u32 {
        self.failures.len()
    }

    pub(super) fn first_failed(&self) -> Option<&'static HandlerMeta> {
        self.failures.first()
    }

    pub(super) fn stopped(&self) -> Option<Stopped<'_>> {
        self.stopped.as_ref().map(StoppedBy::view)
    }
}

impl core::fmt::Debug for Details {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.failures.fmt(f)
    }
}
