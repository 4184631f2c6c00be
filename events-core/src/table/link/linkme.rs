//! All that touches `linkme` in this crate.

use crate::event::Event;
use crate::handler::{Entry, Observer};
use crate::table::AnyTable;

#[doc(hidden)]
pub use linkme;

/// Which backend this is.
pub const BACKEND: &str = "linkme";

/// The rows of one table, as the linker left them.
pub struct Source<E: Event> {
    slice: fn() -> &'static [Entry<E>],
}

impl<E: Event> Source<E> {
    #[doc(hidden)]
    pub const fn new(slice: fn() -> &'static [Entry<E>]) -> Self {
        Self { slice }
    }

    pub(crate) fn len(&self) -> usize {
        (self.slice)().len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&'static Entry<E>> {
        (self.slice)().get(index)
    }
}

/// The tables of all events of the program. The name carries the version, as a slice's must be unique over the binary
/// and two versions of this crate may be in one.
#[doc(hidden)]
#[linkme::distributed_slice]
pub static EVENTS_TABLES_0_1: [&'static dyn AnyTable];

pub(crate) fn tables() -> impl Iterator<Item = &'static dyn AnyTable> {
    EVENTS_TABLES_0_1.iter().copied()
}

/// The handlers of all events of the program. The name carries the version, as that of [`EVENTS_TABLES_0_1`] does.
#[doc(hidden)]
#[linkme::distributed_slice]
pub static EVENTS_OBSERVERS_0_1: [&'static Observer];

pub(crate) fn observers() -> impl Iterator<Item = &'static Observer> {
    EVENTS_OBSERVERS_0_1.iter().copied()
}

/// Takes the first of what the macros write for each backend.
#[doc(hidden)]
#[macro_export]
macro_rules! __backend {
    ({ $($linkme:tt)* } { $($inventory:tt)* }) => { $($linkme)* };
}
