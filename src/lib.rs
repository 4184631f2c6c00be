//! Events and handlers that the compiler and the linker connect.
//!
//! Mark a type `#[event]` and a function `#[handler]`. The linker gathers all handlers of an event into a table in the binary,
//! so there is no registration code and no start-up cost, and mistakes are errors at compile time.
//!
//! ```standalone_crate
//! use events::prelude::*;
//!
//! #[event]
//! pub struct OrderPaid { pub order_id: u64, pub cents: u64 }
//!
//! pub struct Greeting(&'static str);
//!
//! #[handler]
//! fn thank(event: &OrderPaid, greeting: State<Greeting>) {
//!     println!("{}, order {}!", greeting.0, event.order_id);
//! }
//!
//! #[handler(priority = 100, when = |e| e.cents > 100_00)]
//! fn flag_large(event: &OrderPaid) -> Result<(), String> {
//!     Err(format!("order {} is large", event.order_id))
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bus = Bus::builder().state(Greeting("Thank you")).build()?;
//! bus.emit(&OrderPaid { order_id: 7, cents: 990 }).into_result()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `std` (default): the [`Bus`], lanes, runtime subscriptions, the dynamic buses, isolation of panics, deadlines.
//! - `tokio`: lanes that run `async` handlers on a tokio runtime.
//! - `rate-limit`: lanes with a limit on the number of events per second.
//! - `serde`: `LaneConfig` implements `Serialize` and `Deserialize`, to read lanes from a file or the environment.
//! - `alloc`: for programs without `std`, outcomes that carry errors, and asynchronous handlers.
//! - Without `std` and `alloc`: [`dispatch`] without an allocator.
//! - `inventory`: gathers the tables with the crate `inventory` in place of the linker.
//! - `metadata` (default): the binary has a section with a record of each event and handler, for `cargo events` to read. A
//!   record takes 100 to 150 bytes and the item's documentation. The section is not loaded while the program runs. Any
//!   dependency can turn this feature on; `RUSTFLAGS='--cfg events_metadata="off"'` leaves the records out in any case.
#![no_std]

pub use events_core::event::{AnyEvent, Urgency};
pub use events_core::{
    Context, Event, Outcome, context, dispatch, event, extract, handler, link, outcome, table::dispatch_with,
};
pub use events_core::{bind, outcome::DispatchError, registry};
#[cfg(feature = "alloc")]
pub use events_core::{dispatch_async, table::dispatch_async_with};
pub use events_macros::{event, handler, handlers};
#[doc(hidden)]
#[cfg(feature = "std")]
pub use events_runtime::Lane;
#[cfg(feature = "std")]
pub use events_runtime::{
    BuildError, BuildProblem, Bus, BusBuilder, DynamicBus, EventBus, LaneConfig, LaneHandle, LaneStats,
    SnapshotBus, Subscription, TopicBus, bus, dynamic, lane, subscription, testing,
};

/// Functions that run the handlers of an event without a bus.
pub mod table {
    pub use events_core::table::{dispatch, dispatch_with};
    #[cfg(feature = "alloc")]
    pub use events_core::table::{dispatch_async, dispatch_async_with};
}

/// The items that most programs need: `use events::prelude::*;`.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct Started;
///
/// #[handler]
/// fn announce(_: &Started, cx: &Context) { assert_eq!(cx.attempt(), 1); }
///
/// let outcome: Outcome = events::dispatch(&Started);
/// assert_eq!(outcome.ran(), 1);
/// ```
pub mod prelude {
    #[cfg(feature = "alloc")]
    pub use crate::extract::State;
    #[doc(hidden)]
    pub use crate::outcome::Rejected;
    pub use crate::outcome::StopReason;
    #[cfg(feature = "std")]
    pub use crate::{Bus, Subscription};
    pub use crate::{Context, Event, Outcome};
    pub use events_macros::{event, handler, handlers};
}

#[doc(hidden)]
pub mod __private {
    pub use events_core::private::*;
}

/// The program in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
