//! Tools for tests: a bus with only some handlers, or with some replaced; a record of what was emitted; a clock.
//!
//! Nothing here affects another bus, so tests can run at the same time in one process.
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

/// Starts to describe a bus for a test.
///
/// ```
/// use events::prelude::*;
/// use events::testing;
///
/// #[event]
/// struct OrderPaid;
/// #[handler]
/// fn charge_a_card(_: &OrderPaid) -> Result<(), &'static str> { Err("not in a test") }
///
/// let bus = testing::builder().replace("charge_a_card", |_: &OrderPaid| ()).build().unwrap();
/// assert!(bus.emit(&OrderPaid).is_ok());
/// ```
pub fn builder() -> TestBusBuilder {
    TestBusBuilder { builder: Bus::builder(), overrides: Overrides::new() }
}

/// Gathers what a test's [`Bus`] needs: as [`BusBuilder`] does, and which handlers it has. [`builder()`] makes one.
///
/// A handler is named by its full path, or by the end of it from a `::` on: `mail::send`, or just `send`.
///
/// ```
/// use events::LaneConfig;
/// use events::handler::{Policy, Retry};
/// use events::prelude::*;
/// use events::testing::{self, Clock};
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// let clock = Clock::new();
/// let bus = testing::builder()
///     .state(7_u32)
///     .shared_state(Arc::new("shop"))
///     .lane(LaneConfig::new("mail").workers(0))
///     .default_policy(Policy::NONE.retry(Retry::new(3)))
///     .dead_letter_capacity(10)
///     .drain_on_drop(Duration::ZERO)
///     .clock(&clock)
///     .build()
///     .unwrap();
/// assert_eq!((bus.state::<u32>(), bus.lane("mail").unwrap().workers()), (Some(&7), 0));
/// ```
#[must_use = "a builder makes a bus only when it is built"]
pub struct TestBusBuilder {
    builder: BusBuilder,
    overrides: Overrides,
}

impl TestBusBuilder {
    /// Keeps only these handlers, and those that are replaced. An empty list keeps none.
    ///
    /// If one handler of a fused group is kept, the state of all handlers of the group must be given.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::testing;
    ///
    /// #[event]
    /// struct OrderPaid;
    /// #[handler]
    /// fn print_a_receipt(_: &OrderPaid) {}
    /// #[handler]
    /// fn mail_a_receipt(_: &OrderPaid) -> Result<(), &'static str> { Err("no network") }
    ///
    /// let bus = testing::builder().only(["print_a_receipt"]).build().unwrap();
    /// let outcome = bus.emit(&OrderPaid);
    /// assert!(outcome.is_ok() && outcome.ran() == 1);
    /// ```
    pub fn only<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.overrides.none();
        paths.into_iter().for_each(|path| self.overrides.only(path));
        self
    }

    /// Runs a closure in place of a handler, at the same place in the order.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::testing;
    /// use std::sync::{Arc, Mutex};
    ///
    /// #[event]
    /// struct OrderPaid { cents: u64 }
    /// #[handler]
    /// fn charge_the_bank(_: &OrderPaid) -> Result<(), &'static str> { Err("not in a test") }
    ///
    /// let charged = Arc::new(Mutex::new(Vec::new()));
    /// let log = charged.clone();
    /// let fake = move |order: &OrderPaid| log.lock().unwrap().push(order.cents);
    /// let bus = testing::builder().replace("charge_the_bank", fake).build().unwrap();
    /// assert!(bus.emit(&OrderPaid { cents: 990 }).is_ok());
    /// assert_eq!(*charged.lock().unwrap(), [990]);
    /// ```
    pub fn replace<E: Event, R: HandlerOutput>(
        self,
        path: impl Into<String>,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> Self {
        self.replace_with(path, move |event: &E, _: &Context| closure(event))
    }

    /// Like [`replace`](Self::replace), for a closure that also takes the context.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::testing;
    ///
    /// #[event]
    /// struct OrderPaid;
    /// #[handler]
    /// fn look_up_tenant(_: &OrderPaid) -> Result<(), &'static str> { Err("no database") }
    ///
    /// let fake = |_: &OrderPaid, cx: &Context| assert_eq!(cx.meta("tenant"), Some("acme"));
    /// let bus = testing::builder().replace_with("look_up_tenant", fake).build().unwrap();
    /// assert!(bus.emit_with(&OrderPaid, &Context::new().with_meta("tenant", "acme")).is_ok());
    /// ```
    pub fn replace_with<E: Event, R: HandlerOutput>(
        mut self,
        path: impl Into<String>,
        closure: impl Fn(&E, &Context) -> R + Send + Sync + 'static,
    ) -> Self {
        self.overrides.replace(path, closure);
        self
    }

    /// Gives the bus its state of type `T`: see [`BusBuilder::state`].
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.builder = self.builder.state(state);
        self
    }

    /// Gives the bus state that the test keeps using too: see [`BusBuilder::shared_state`].
    pub fn shared_state<T: Send + Sync + 'static>(mut self, state: Arc<T>) -> Self {
        self.builder = self.builder.shared_state(state);
        self
    }

    /// Adds a lane: see [`BusBuilder::lane`]. A lane that an event names and that is not given is made with the settings of
    /// [`LaneConfig::new`].
    pub fn lane(mut self, lane: LaneConfig) -> Self {
        self.builder = self.builder.lane(lane);
        self
    }

    /// Makes all lanes of the bus, those on a tokio runtime too, use a clock that the test moves: see [`Clock`].
    pub fn clock(mut self, clock: &Clock) -> Self {
        self.builder.clock = Some(clock.of_lanes());
        self
    }

    /// Sets the policy of handlers that have none: see [`BusBuilder::default_policy`].
    pub fn default_policy(mut self, policy: Policy) -> Self {
        self.builder = self.builder.default_policy(policy);
        self
    }

    /// Sets how many dead letters the bus keeps: see [`BusBuilder::dead_letter_capacity`].
    pub fn dead_letter_capacity(mut self, letters: usize) -> Self {
        self.builder = self.builder.dead_letter_capacity(letters);
        self
    }

    /// Sets how long the drop of the last handle waits: see [`BusBuilder::drain_on_drop`].
    pub fn drain_on_drop(mut self, timeout: Duration) -> Self {
        self.builder = self.builder.drain_on_drop(timeout);
        self
    }

    /// Builds the bus. State that only left out or replaced handlers ask for need not be given.
    ///
    /// # Errors
    /// As [`BusBuilder::build`]. Also if no handler has a given path, or the handler of that path is for another event.
    ///
    /// ```
    /// use events::testing;
    ///
    /// let error = testing::builder().only(["no_such_handler"]).build().unwrap_err();
    /// assert!(error.to_string().contains("no handler has the path `no_such_handler`"));
    /// ```
    pub fn build(self) -> Result<Bus, BuildError> {
        let Self { mut builder, overrides } = self;
        builder.overrides = Some(overrides);
        builder.makes_missing_lanes = true;
        builder.build()
    }
}
