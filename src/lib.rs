//! Event handling wired by the compiler and the linker.
pub use events_core::*;
pub use events_macros::{event, handler, handlers};
/// x
pub mod prelude {
    #[cfg(feature = "alloc")]
    pub use crate::extract::State;
    pub use crate::{Context, Event, event, handler, handlers};
}
#[doc(hidden)]
pub mod __private {
    pub use events_core::private::*;
    pub use events_macros::{place_element, place_row, verify_section};
}
