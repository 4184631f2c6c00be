//! Event handling whose wiring is done by the compiler and the linker.
//!
//! Mark a type `#[event]` and a function `#[handler]`, build, and the dispatch table is in the binary: no registration
//! code, no start-up cost, no reflection, errors at compile time.
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
//! - `rate-limit`: lanes that let so many events a second be taken.
//! - `serde`: lanes that are read from a file or the environment.
//! - `alloc`: without `std`, outcomes that carry errors, and asynchronous handlers.
//! - neither: [`dispatch`] alone, without an allocator.
//! - `inventory`: gathers the tables with `inventory` where the linker would do it.
//! - `metadata` (default): each event and handler tells of itself in a section of the binary, for `cargo events` to read:
//!   100 to 150 bytes each, and their documentation. Nothing of it is read or even loaded while the program runs. Any
//!   dependency can turn the feature on; `RUSTFLAGS='--cfg events_metadata="off"'` leaves the records out all the same.
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

/// To run the handlers of an event without a bus.
pub mod table {
    pub use events_core::table::{dispatch, dispatch_with};
    #[cfg(feature = "alloc")]
    pub use events_core::table::{dispatch_async, dispatch_async_with};
}

/// What most programs need: `use events::prelude::*;`.
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
