//! The core of the [`events`] crate: events, handlers, dispatch tables, contexts, extractors and outcomes.
//!
//! It uses no threads and no I/O. Without features the crate is `no_std` and never allocates; `alloc` adds outcomes
//! that carry errors, asynchronous handlers and bound tables; `std` adds the isolation of panics, and deadlines.
//!
//! Programs depend on the facade, [`events`], and find these items re-exported there.
//!
//! [`events`]: https://docs.rs/events
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg_attr(not(feature = "alloc"), path = "bind/without_alloc.rs")]
pub mod bind;
pub mod context;
pub mod event;
pub mod extract;
pub mod handler;
pub mod outcome;
pub mod registry;
pub mod table;

mod erased;
mod link;
mod metadata;
#[doc(hidden)]
pub mod private;
mod text;

pub use context::Context;
pub use event::Event;
pub use outcome::Outcome;
pub use registry::registry;
pub use table::dispatch;
#[cfg(feature = "alloc")]
pub use table::dispatch_async;
