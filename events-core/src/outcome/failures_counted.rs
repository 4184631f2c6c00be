use super::Place;
use crate::handler::{Fault, HandlerMeta};

/// The failures of one run, without an allocator: their number, and the first handler that failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failures {
    count: u32,
    first: Option<&'static HandlerMeta>,
}

impl Failures {
    pub(crate) const NONE: Self = Self { count: 0, first: None };

    /// Whether no handler failed.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many handlers failed.
    pub(crate) fn len(&self) -> u32 {
        self.count
    }

    /// The first handler that failed.
    pub(crate) fn first(&self) -> Option<&'static HandlerMeta> {
        self.first
    }

    pub(crate) fn append(&mut self, other: Failures) {
        self.count += other.count;
        self.first = self.first.or(other.first);
    }

    pub(crate) fn add(&mut self, place: Place, fault: Fault) {
        match fault {
            Fault::Group(failures, _) => self.append(failures),
            Fault::Error | Fault::NeedsBus => {
                self.append(Failures { count: 1, first: place.handler() });
            }
            Fault::Stop(_) => {}
        }
    }
}
