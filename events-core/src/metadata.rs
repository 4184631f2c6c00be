//! The records of events and handlers, which tools read from the binary. `events-record` defines the format. Only this
//! module decides whether a program contains records.

use core::marker::PhantomData;
use core::ops::ControlFlow;

pub use events_record::{Id, Ids1, Ids2, Ids3, Record, flag, kind};

use crate::handler::{HandlerMeta, StateMeta};
use crate::outcome::StopReason;

/// Places a record in its section.
#[cfg(all(feature = "metadata", not(events_metadata = "off"), not(target_family = "wasm")))]
pub use events_record::__place_record as place_record;

/// Leaves records out.
///
/// On WebAssembly they are always left out: a section there may contain plain bytes only, and rustc does not accept a
/// `TypeId` as plain bytes.
#[cfg(not(all(feature = "metadata", not(events_metadata = "off"), not(target_family = "wasm"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ($($item:tt)*) => {};
}
#[cfg(not(all(feature = "metadata", not(events_metadata = "off"), not(target_family = "wasm"))))]
pub use crate::__place_record as place_record;

/// The id of the state that an argument of a handler takes.
pub const fn state_id(handler: &HandlerMeta, argument: usize) -> Id {
    Id::new(match &handler.arguments[argument].state {
        Some(state) => Some(StateMeta::id(state)),
        None => None,
    })
}

/// The return type of a handler, with a constant that says whether it may stop later handlers.
///
/// An inherent constant takes precedence over that of a trait. The two types that may stop have an inherent one, which is
/// found through any alias of the type. A type that a handler may not return causes no second error here.
pub struct Returns<T>(PhantomData<T>);

impl Returns<ControlFlow<()>> {
    /// This type may stop later handlers.
    pub const FLAG: u8 = flag::MAY_STOP;
}

impl Returns<ControlFlow<StopReason>> {
    /// This type may stop later handlers.
    pub const FLAG: u8 = flag::MAY_STOP;
}

/// The constant of every other type.
pub trait GoesOn {
    /// This type cannot stop later handlers.
    const FLAG: u8 = 0;
}

impl<T> GoesOn for Returns<T> {}
