use std::fmt;
use std::sync::Arc;

use super::defaults::Defaults;
use super::policies::{KeyOrder, Overflow, Wait};
use super::watermark::{Watermark, Watermarks};
use super::workers::Workers;
use crate::lane::clock::Clock;

/// The settings of a lane: a bounded queue with its workers and its overflow policy. The lane itself, when it runs, is a
/// [`LaneHandle`](crate::LaneHandle).
///
/// ```
/// use events::lane::{KeyOrder, LaneConfig, Overflow};
/// use events::prelude::*;
///
/// let payments = LaneConfig::new("payments")
///     .capacity(65_536)
///     .workers(2)
///     .overflow(Overflow::Reject)
///     .key_order(KeyOrder::Strict);
/// let bus = Bus::builder().lane(payments).build().unwrap();
/// assert_eq!(bus.lane("payments").unwrap().workers(), 2);
/// ```
///
/// # From a file, or from the environment
///
/// With the feature `serde` a lane is read and written in any format of serde: `name`, `capacity`, `workers`, `overflow`, `wait`,
/// `key_order`, and with the feature `rate-limit` `rate_limit`. Only the name is asked for; a field of another name is an
/// error. A runtime, watermarks and default policies are given in code, after. In TOML:
///
/// ```toml
/// [[lane]]
/// name = "payments"
/// capacity = 65536
/// workers = 2
/// overflow = { block_for = "200ms" }    # or "block", "reject", "drop_newest", "drop_oldest"
/// wait = "park"                         # or "yield", "spin"
/// key_order = "strict"                  # or "relaxed"
/// rate_limit = { per_second = 1000, burst = 50 }
/// ```
///
/// Numbers may be texts, as the environment has them:
///
#[cfg_attr(feature = "serde", doc = "```")]
#[cfg_attr(not(feature = "serde"), doc = "```ignore")]
/// use events::LaneConfig;
/// use events::prelude::*;
/// use serde::Deserialize;
/// use serde::de::value::{Error, MapDeserializer};
///
/// let file = r#"[{ "name": "mail", "workers": 2, "overflow": { "block_for": "200ms" } }]"#;
/// let mut lanes: Vec<LaneConfig> = serde_json::from_str(file).unwrap();
///
/// // BULK_NAME=bulk BULK_WORKERS=4 BULK_OVERFLOW=reject
/// let environment = [("BULK_NAME", "bulk"), ("BULK_WORKERS", "4"), ("BULK_OVERFLOW", "reject"), ("HOME", "/")];
/// let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())); // std::env::vars()
/// let fields = environment.into_iter().filter_map(|(name, value)| {
///     name.strip_prefix("BULK_").map(|field| (field.to_lowercase(), value))
/// });
/// lanes.push(LaneConfig::deserialize(MapDeserializer::<_, Error>::new(fields)).unwrap());
///
/// let bus = lanes.into_iter().fold(Bus::builder(), |bus, lane| bus.lane(lane)).build().unwrap();
/// assert_eq!(bus.lane("mail").unwrap().workers(), 2);
/// assert_eq!(bus.lane("bulk").unwrap().workers(), 4);
/// ```
#[must_use = "a lane is made when it is given to the builder of a bus"]
#[derive(Clone)]
pub struct LaneConfig {
    pub(crate) name: String,
    pub(crate) capacity: usize,
    pub(crate) workers: Workers,
    pub(crate) overflow: Overflow,
    pub(crate) wait: Wait,
    pub(crate) key_order: KeyOrder,
    pub(crate) watermarks: Option<Watermarks>,
    pub(crate) clock: Clock,
    pub(crate) defaults: Defaults,
    #[cfg(feature = "rate-limit")]
    pub(crate) rate_limit: Option<(std::num::NonZeroU32, std::num::NonZeroU32)>,
    #[cfg(feature = "tokio")]
    pub(crate) tokio: Option<tokio::runtime::Handle>,
    #[cfg(feature = "tokio")]
    pub(crate) abort_at_end: bool,
}

/// The earlier name of [`LaneConfig`].
#[doc(hidden)]
pub type Lane = LaneConfig;

impl LaneConfig {
    /// The lane of events that name none. It is there without being asked for; give a builder one of this name to
    /// change its settings.
    pub const DEFAULT: &'static str = "default";

    /// A lane of this name with room for 4,096 events of each urgency, one worker, and [`Overflow::Block`].
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            capacity: 4_096,
            workers: Workers::from(1),
            overflow: Overflow::Block,
            wait: Wait::Park,
            key_order: KeyOrder::Strict,
            watermarks: None,
            clock: Clock::System,
            defaults: Defaults::default(),
            #[cfg(feature = "rate-limit")]
            rate_limit: None,
            #[cfg(feature = "tokio")]
            tokio: None,
            #[cfg(feature = "tokio")]
            abort_at_end: false,
        }
    }

    /// How many events of each urgency may wait: at least 1, and up to 16,777,216. The slots of a queue are used in turn, and
    /// each takes up memory from its first use on.
    ///
    /// As many again may have left the queue to wait for their keys; then no more are taken until some are handled. How many
    /// events wait for a retry has no limit but the time that retries take: a lane that stopped for them could block the
    /// lane that its handlers wait for.
    pub fn capacity(mut self, events: usize) -> Self {
        self.capacity = events.max(1);
        self
    }

    /// How many workers run the handlers: threads, or tasks on a tokio runtime; up to 4,096. With 0 the lane takes events
    /// and keeps them until [`set_workers`](crate::LaneHandle::set_workers).
    ///
    /// Given a range, the number follows the load. The lane begins with the least. It gets half as many workers again, and
    /// one at least, where all of them are busy and an event that waited 10 ms before still waits; it gives up those that
    /// were not needed for a second, or for longer, up to a minute, where it has needed them again soon after. What a key,
    /// a rate limit or a pause holds up is no reason for more workers, and neither are events that take less than 1 µs
    /// each. A lane of threads has one thread more for this, which sleeps while the lane has nothing to do. Senders pay
    /// nothing for it. [`LaneHandle::workers`](crate::LaneHandle::workers) shows the number of the moment.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::LaneConfig;
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("mail").workers(1..=8)).build().unwrap();
    /// let mail = bus.lane("mail").unwrap();
    /// assert_eq!((mail.workers(), mail.worker_range()), (1, 1..=8));
    /// ```
    pub fn workers(mut self, workers: impl Into<Workers>) -> Self {
        self.workers = workers.into();
        self
    }

    /// What happens to an event that finds no room.
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// How a worker without work waits for some.
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Whether later events of a key wait while an earlier one waits for its retry.
    pub fn key_order(mut self, order: KeyOrder) -> Self {
        self.key_order = order;
        self
    }

    /// Calls back when the depth of an urgency's queue rises to `high`, and when it falls to `low` after that.
    ///
    /// The thread that sends calls at the high mark, a worker at the low one; the closure must be quick. A panic of the
    /// closure is isolated and counted.
    pub fn watermarks(
        mut self,
        low: usize,
        high: usize,
        call: impl Fn(Watermark) + Send + Sync + 'static,
    ) -> Self {
        self.watermarks = Some(Watermarks { low: low.min(high), high, call: Arc::new(call) });
        self
    }

    /// Lets at most this many events a second be taken off the lane, in bursts of at most `burst`. Zeroes count as 1.
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, per_second: u32, burst: u32) -> Self {
        use std::num::NonZeroU32;
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        self.rate_limit = Some((at_least_one(per_second), at_least_one(burst)));
        self
    }

    /// Runs the tables as tasks of this runtime: then events with `async` handlers may be sent to the lane. Timeouts,
    /// retries, batches, a rate limit and a range of workers need a runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub fn tokio(mut self, runtime: tokio::runtime::Handle) -> Self {
        self.tokio = Some(runtime);
        if self.clock.manual().is_none() {
            self.clock = Clock::Tokio;
        }
        self
    }

    /// How many events may be handled at once on a tokio runtime: the same as [`workers`](Self::workers).
    #[cfg(feature = "tokio")]
    pub fn concurrency(self, events: impl Into<Workers>) -> Self {
        self.workers(events)
    }

    /// Whether a shutdown aborts what is under way when its time is up: the tasks of a lane on a
    /// [runtime](Self::tokio). The futures of their handlers are dropped at the `await` where they wait, nothing of them
    /// runs any more, and their events are reported as left and [named](crate::lane::ShutdownReport::aborted).
    /// Without it they are left to run on, though nobody waits for them. The same goes for the drop of the last handle of
    /// the bus.
    ///
    /// A synchronous handler cannot be aborted, nor can an `async` one between two `await`s: it runs on, the shutdown waits
    /// for it up to a second longer and names it as [running](crate::lane::ShutdownReport::running). On a lane without a runtime this changes nothing.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    /// use events::LaneConfig;
    /// use std::time::Duration;
    ///
    /// #[event(async, lane = "feeds")]
    /// struct Follow;
    /// #[handler]
    /// async fn follow(_: &Follow) { std::future::pending().await }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let lane = LaneConfig::new("feeds").tokio(tokio::runtime::Handle::current()).abort_at_end(true);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send(Follow).unwrap();
    /// tokio::task::yield_now().await;
    /// let report = bus.shutdown_async(Duration::ZERO).await;
    /// assert_eq!((report.aborted.len(), report.account.left), (1, 1));
    /// # });
    /// ```
    #[cfg(feature = "tokio")]
    pub fn abort_at_end(mut self, abort: bool) -> Self {
        self.abort_at_end = abort;
        self
    }

    /// How many events of one urgency may be inside: as many as may wait in the queue, as many again that wait for their
    /// keys, and those that workers have taken.
    pub(crate) fn most_inside(&self) -> usize {
        self.capacity.saturating_mul(2).saturating_add(256)
    }

    /// Whether `async` handlers can run on it.
    pub(crate) fn runs_async(&self) -> bool {
        #[cfg(feature = "tokio")]
        return self.tokio.is_some();
        #[cfg(not(feature = "tokio"))]
        false
    }
}

impl fmt::Debug for LaneConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaneConfig")
            .field("name", &self.name)
            .field("capacity", &self.capacity)
            .field("workers", &self.workers)
            .field("overflow", &self.overflow)
            .field("wait", &self.wait)
            .field("key_order", &self.key_order)
            .finish_non_exhaustive()
    }
}
