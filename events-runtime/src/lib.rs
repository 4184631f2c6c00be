//! The bus, runtime subscriptions, the dynamic buses and the test tools of the [`events`] crate.
//!
//! Programs depend on the facade, [`events`], and find these items re-exported there.
//!
//! [`events`]: https://docs.rs/events

pub mod bus;
mod door;
pub mod dynamic;
#[cfg(not(all(feature = "tokio", feature = "rate-limit")))]
mod features;
pub mod lane;
pub mod subscription;
mod sync;
pub mod testing;

pub use bus::{BuildError, BuildProblem, Bus, BusBuilder};
pub use dynamic::{DynamicBus, EventBus, SnapshotBus, TopicBus};
#[doc(hidden)]
pub use lane::Lane;
pub use lane::{LaneConfig, LaneHandle, LaneStats};
pub use subscription::Subscription;

/// What generated code names, for the events that this crate defines.
#[doc(hidden)]
pub mod expand {
    #[doc(hidden)]
    pub mod __private {
        pub use events_core::private::*;
    }
}
