//! The bus, runtime subscriptions, the dynamic buses and the test tools of the [`events`] crate.
//!
//! Programs depend on the facade, [`events`], and find these items re-exported there.
//!
//! [`events`]: https://docs.rs/events

pub mod bus;
pub mod dynamic;
mod lane;
pub mod subscription;
pub mod testing;

pub use bus::{BuildError, Bus, BusBuilder};
pub use dynamic::{DynamicBus, EventBus, SnapshotBus, TopicBus};
pub use subscription::Subscription;
