//! The default policies of a lane.

use std::time::Duration;

use events_core::handler::{Breaker, Policy, Retry};

use super::LaneConfig;

/// Retry, timeout and breaker of handlers that do not set their own.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) retry: Option<Retry>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) breaker: Option<Breaker>,
}

impl Defaults {
    /// These defaults, completed by those of the bus.
    pub(crate) fn or(self, bus: &Policy) -> Self {
        Self {
            retry: self.retry.or(bus.retry),
            timeout: self.timeout.or(bus.timeout),
            breaker: self.breaker.or(bus.breaker),
        }
    }
}

impl LaneConfig {
    /// The retries of handlers on this lane that have no `retry(..)` of their own. Each handler of a fused group is retried alone.
    ///
    /// A handler cannot refuse this default; send its event to a lane without it. Closures are not retried by it.
    ///
    /// ```standalone_crate
    /// use events::LaneConfig;
    /// use events::handler::Retry;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct OrderPaid;
    ///
    /// #[handler]
    /// fn charge(_: &OrderPaid, cx: &Context) -> Result<(), &'static str> {
    ///     if cx.attempt() < 3 { Err("the bank is busy") } else { Ok(()) }
    /// }
    ///
    /// # fn main() {
    /// let ms = Duration::from_millis;
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).default_retry(Retry::new(2).backoff(ms(1), ms(5)));
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send(OrderPaid).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.account().handled, 1);
    /// # }
    /// ```
    ///
    /// The default of a lane takes precedence over that of its bus: [`BusBuilder::default_policy`](crate::BusBuilder::default_policy).
    /// The metadata of a handler, and the lists of `cargo events`, show only what is written at the handler.
    pub fn default_retry(mut self, retry: Retry) -> Self {
        self.defaults.retry = Some(retry);
        self
    }

    /// The timeout of handlers on this lane that have no `timeout = ".."` of their own. It does not apply to a fused group, whose
    /// handlers run as one step.
    ///
    /// With a default timeout or breaker, a lane runs handlers one by one, and reads the clock before and after each.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Page;
    /// #[handler]
    /// fn render(_: &Page) { std::thread::sleep(Duration::from_millis(20)) }
    ///
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).default_timeout(Duration::from_millis(1));
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send(Page).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.lane("default").unwrap().slow()[0].runs, 1);
    /// ```
    pub fn default_timeout(mut self, timeout: Duration) -> Self {
        self.defaults.timeout = Some(timeout);
        self
    }

    /// The circuit breaker of each handler on this lane that has no `breaker(..)` of its own. It does not apply to a fused group,
    /// whose handlers run as one step.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::handler::Breaker;
    /// use events::lane::Reason;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Order;
    /// #[handler]
    /// fn charge(_: &Order) -> Result<(), &'static str> { Err("the bank is down") }
    ///
    /// let breaker = Breaker::new(1).cool_down(Duration::from_secs(3_600));
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).default_breaker(breaker);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send_batch([Order, Order]).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let reasons: Vec<_> = bus.dead_letters().list().iter().map(|letter| letter.reason).collect();
    /// assert_eq!(reasons, [Reason::Failed, Reason::BreakerOpen]);
    /// ```
    pub fn default_breaker(mut self, breaker: Breaker) -> Self {
        self.defaults.breaker = Some(breaker);
        self
    }
}
