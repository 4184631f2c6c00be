use super::Place;
use crate::handler::{Fault, HandlerMeta};

/// The failures of one run, without an allocator: how many, and the first.
#[derive(Clone, Copy, Debug)]
pub struct Failures {
    count: u32,
    first: Option<&'static HandlerMeta>,
}

impl Failures {
    pub(crate) const NONE: Self = Self { count: 0, first: None };

    /// Whether no handler failed.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many handlers failed.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// The first handler that failed.
    pub fn first(&self) -> Option<&'static HandlerMeta> {
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
