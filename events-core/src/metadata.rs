//! What tools read from the binary: a record for each event and handler. `events-record` knows the format; this is the
//! one place that decides whether a program carries them.

use core::marker::PhantomData;
use core::ops::ControlFlow;

pub use events_record::{Id, Ids1, Ids2, Ids3, Record, flag, kind};

use crate::handler::{HandlerMeta, StateMeta};
use crate::outcome::StopReason;

/// Places a record into its section.
#[cfg(all(feature = "metadata", not(events_metadata = "off"), not(target_family = "wasm")))]
pub use events_record::__place_record as place_record;

/// Leaves records out.
///
/// On WebAssembly always: a section there holds plain bytes, and rustc takes the id of a type for none.
#[cfg(not(all(feature = "metadata", not(events_metadata = "off"), not(target_family = "wasm"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ($($item:tt)*) => {};
}
#[cfg(not(all(feature = "metadata", not(events_metadata = "off"), not(target_family = "wasm"))))]
pub use crate::__place_record as place_record;

/// Which state the argument of a handler stands for.
pub const fn state_id(handler: &HandlerMeta, argument: usize) -> Id {
    Id::new(match &handler.arguments[argument].state {
        Some(state) => Some(StateMeta::id(state)),
        None => None,
    })
}

/// What a handler returns, to be asked whether that may keep later ones from running.
///
/// An inherent constant goes before that of a trait, so the two types that may have their own, by whatever name the user
/// calls it; and a type that no handler may return makes no error here beside its own.
pub struct Returns<T>(PhantomData<T>);

impl Returns<ControlFlow<()>> {
    /// It may.
    pub const FLAG: u8 = flag::MAY_STOP;
}

impl Returns<ControlFlow<StopReason>> {
    /// It may.
    pub const FLAG: u8 = flag::MAY_STOP;
}

/// The answer for every other type.
pub trait GoesOn {
    /// It may not.
    const FLAG: u8 = 0;
}

impl<T> GoesOn for Returns<T> {}
