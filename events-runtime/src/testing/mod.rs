//! Tools for tests: a bus with some handlers only, with handlers replaced, and a record of what was emitted.
//!
//! Nothing here touches another bus, so tests run side by side in one process.
//!
//! ```
//! use events::prelude::*;
//! use events::testing;
//!
//! #[event]
//! #[derive(Clone, Debug, PartialEq)]
//! struct OrderPaid { cents: u64 }
//! #[event]
//! #[derive(Clone, Debug, PartialEq)]
//! struct MailSent;
//!
//! #[handler]
//! fn send_mail(_: &OrderPaid, bus: Bus) { bus.emit(&MailSent).into_result().unwrap(); }
//!
//! #[handler]
//! fn charge_the_real_card(_: &OrderPaid) -> Result<(), String> { Err("not in a test".into()) }
//!
//! let bus = testing::builder()
//!     .replace("charge_the_real_card", |event: &OrderPaid| assert_eq!(event.cents, 990))
//!     .build()
//!     .unwrap();
//! let mails = testing::record::<MailSent>(&bus);
//!
//! bus.emit(&OrderPaid { cents: 990 }).into_result().unwrap();
//! mails.assert_emitted(1);
//! ```

mod clock;
mod recording;
mod settle;

use std::sync::Arc;
use std::time::Duration;

pub use clock::Clock;
use events_core::Context;
use events_core::event::Event;
use events_core::handler::{HandlerOutput, Policy};
use events_core::private::plumbing::Overrides;
pub use recording::{Recording, record, record_with};
pub use settle::settle;
#[cfg(feature = "tokio")]
pub use settle::settle_async;

use crate::bus::{BuildError, Bus, BusBuilder};
use crate::lane::LaneConfig;

/// Starts a bus for a test.
pub fn builder() -> TestBusBuilder {
    TestBusBuilder { builder: Bus::builder(), overrides: Overrides::new() }
}

/// Gathers what a test's [`Bus`] is bound to, and what is different about its handlers.
///
/// A handler is named by its full path, or by the end of it from a `::` on: `mail::send`, or just `send`.
#[must_use = "a builder makes a bus only when it is built"]
pub struct TestBusBuilder {
    builder: BusBuilder,
    overrides: Overrides,
}

impl TestBusBuilder {
    /// Keeps these handlers only, and those replaced; none at all for an empty list.
    ///
    /// A fused group of which one is kept needs the state of all of them.
    pub fn only<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.overrides.none();
        paths.into_iter().for_each(|path| self.overrides.only(path));
        self
    }

    /// Runs a closure in place of a handler, in its place in the order.
    pub fn replace<E: Event, R: HandlerOutput>(
        self,
        path: impl Into<String>,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> Self {
        self.replace_with(path, move |event: &E, _: &Context| closure(event))
    }

    /// Like [`replace`](Self::replace), for a closure that looks at the context.
    pub fn replace_with<E: Event, R: HandlerOutput>(
        mut self,
        path: impl Into<String>,
        closure: impl Fn(&E, &Context) -> R + Send + Sync + 'static,
    ) -> Self {
        self.overrides.replace(path, closure);
        self
    }

    /// See [`BusBuilder::state`].
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.builder = self.builder.state(state);
        self
    }

    /// See [`BusBuilder::shared_state`].
    pub fn shared_state<T: Send + Sync + 'static>(mut self, state: Arc<T>) -> Self {
        self.builder = self.builder.shared_state(state);
        self
    }

    /// See [`BusBuilder::lane`]. Lanes that events name and that are not given make themselves, with the settings of
    /// [`LaneConfig::new`].
    pub fn lane(mut self, lane: LaneConfig) -> Self {
        self.builder = self.builder.lane(lane);
        self
    }

    /// Has all lanes of the bus go by a clock that the test moves, those on a tokio runtime too: see [`Clock`].
    pub fn clock(mut self, clock: &Clock) -> Self {
        self.builder.clock = Some(clock.of_lanes());
        self
    }

    /// See [`BusBuilder::default_policy`].
    pub fn default_policy(mut self, policy: Policy) -> Self {
        self.builder = self.builder.default_policy(policy);
        self
    }

    /// See [`BusBuilder::dead_letter_capacity`].
    pub fn dead_letter_capacity(mut self, letters: usize) -> Self {
        self.builder = self.builder.dead_letter_capacity(letters);
        self
    }

    /// See [`BusBuilder::drain_on_drop`].
    pub fn drain_on_drop(mut self, timeout: Duration) -> Self {
        self.builder = self.builder.drain_on_drop(timeout);
        self
    }

    /// Binds the tables. State that only handlers left out ask for is not missed.
    ///
    /// # Errors
    /// As [`BusBuilder::build`], and for each path given that no handler has, or none of that event.
    pub fn build(self) -> Result<Bus, BuildError> {
        let Self { mut builder, overrides } = self;
        builder.overrides = Some(overrides);
        builder.makes_lanes = true;
        builder.build()
    }
}
