use std::fmt;
use std::sync::Arc;

use super::defaults::Defaults;
use super::policies::{KeyOrder, Overflow, Wait};
use super::watermark::{Watermark, Watermarks};
use super::workers::Workers;
use crate::lane::clock::Clock;

/// The settings of a lane: a bounded queue, its workers, and what happens when it is full. They are given to
/// [`BusBuilder::lane`](crate::BusBuilder::lane). The lane that runs with them is a [`LaneHandle`](crate::LaneHandle).
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
/// `key_order`, and with the feature `rate-limit` also `rate_limit`. Only `name` is required, and an unknown field is an error. A
/// runtime, watermarks and default policies are set in code afterwards. In TOML:
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
/// Numbers may be written as strings, because environment variables are strings:
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
    /// The name of the lane for events that name none. Every bus has it; give the builder a lane of this name to change its
    /// settings.
    pub const DEFAULT: &'static str = "default";

    /// A lane of this name with the default settings: room for 4,096 events of each urgency, one worker, [`Overflow::Block`],
    /// [`Wait::Park`], [`KeyOrder::Strict`].
    ///
    /// The name must not be empty or contain control characters; [`BusBuilder::build`](crate::BusBuilder::build) reports it.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("mail")).build().unwrap();
    /// let mail = bus.lane("mail").unwrap();
    /// assert_eq!((mail.capacity(), mail.workers()), (4_096, 1));
    /// ```
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

    /// How many events of each urgency may wait in the queue: from 1 to 16,777,216. Each place takes up memory from its first use
    /// on.
    ///
    /// As many again may have left the queue to wait for their keys. Then no more events leave it until some are handled. The
    /// number of events that wait for a retry has no limit: if a lane stopped for them, it could block another lane that its own
    /// handlers wait for.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::lane::SendErrorKind;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Order;
    ///
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).capacity(2).workers(0);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send_batch([Order, Order]).unwrap();
    /// assert_eq!(bus.try_send(Order).unwrap_err().kind, SendErrorKind::Full);
    /// ```
    pub fn capacity(mut self, events: usize) -> Self {
        self.capacity = events.max(1);
        self
    }

    /// How many workers run the handlers: up to 4,096 threads, or tasks on a tokio runtime. With 0 workers the lane keeps its
    /// events until [`set_workers`](crate::LaneHandle::set_workers) or [`run_pending`](crate::LaneHandle::run_pending).
    ///
    /// With a range, the number of workers follows the load. The lane starts with the smallest number.
    ///
    /// - It grows by half, and by one at least, when all workers are busy and an event has waited for 10 ms. Events that wait for
    ///   their key, for a rate limit or for the end of a pause do not count. Nor does a lane grow if its events take less than 1 µs
    ///   each.
    /// - It shrinks when workers were not needed for a second. If it grows again soon after, that time doubles, up to a minute.
    ///
    /// A lane of threads has one more thread for this, which sleeps while the lane has nothing to do. Senders pay nothing for it.
    /// [`LaneHandle::workers`](crate::LaneHandle::workers) returns the current number.
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

    /// What happens to an event that is sent while the lane is full: [`Overflow::Block`] by default. See the example of
    /// [`Overflow`].
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::lane::{Overflow, SendErrorKind};
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Order;
    ///
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).capacity(1).workers(0).overflow(Overflow::Reject);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send(Order).unwrap();
    /// assert_eq!(bus.send(Order).unwrap_err().kind, SendErrorKind::Full);
    /// ```
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// How a worker that has nothing to do waits for the next event: [`Wait::Park`] by default. See the example of [`Wait`].
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Whether later events of a key wait while an earlier one waits for its retry: [`KeyOrder::Strict`] by default. See the
    /// example of [`KeyOrder`].
    pub fn key_order(mut self, order: KeyOrder) -> Self {
        self.key_order = order;
        self
    }

    /// Calls back when the queue of an urgency holds `high` events, and when it has fallen to `low` after that: to slow a producer
    /// down in time, or to raise an alarm. A `low` above `high` counts as `high`.
    ///
    /// The call at the high mark is made by the thread that sends, the one at the low mark by a worker. So the closure must be
    /// quick. If it panics, the panic is isolated and counted: see [`isolated_panics`](crate::LaneHandle::isolated_panics).
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::lane::Mark;
    /// use events::prelude::*;
    /// use std::sync::{Arc, Mutex};
    ///
    /// #[event]
    /// struct Order;
    /// #[handler]
    /// fn ship(_: &Order) {}
    ///
    /// let marks = Arc::new(Mutex::new(Vec::new()));
    /// let log = marks.clone();
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0);
    /// let lane = lane.watermarks(1, 3, move |crossed| log.lock().unwrap().push(crossed.mark));
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send_batch([Order, Order, Order]).unwrap();
    /// bus.run_pending();
    /// assert_eq!(*marks.lock().unwrap(), [Mark::High, Mark::Low]);
    /// ```
    pub fn watermarks(
        mut self,
        low: usize,
        high: usize,
        call: impl Fn(Watermark) + Send + Sync + 'static,
    ) -> Self {
        self.watermarks = Some(Watermarks { low: low.min(high), high, call: Arc::new(call) });
        self
    }

    /// Limits how many events the workers take from the lane: this many per second, and at most `burst` at once. 0 counts as 1.
    /// Senders are not slowed down until the lane is full.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Call;
    /// #[handler]
    /// fn call(_: &Call) {}
    ///
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0).rate_limit(1, 2);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send_batch([Call, Call, Call]).unwrap();
    /// assert_eq!(bus.run_pending(), 2); // the third has to wait for up to a second
    /// ```
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, per_second: u32, burst: u32) -> Self {
        use std::num::NonZeroU32;
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        self.rate_limit = Some((at_least_one(per_second), at_least_one(burst)));
        self
    }

    /// Runs the handlers in tasks of this runtime, so that events with `async` handlers can be sent to the lane. Timeouts, retries,
    /// batches, delays, a rate limit and a range of workers need a runtime with its time driver enabled.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event(async)]
    /// struct Signup;
    /// #[handler]
    /// async fn welcome(_: &Signup) { tokio::task::yield_now().await }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).tokio(tokio::runtime::Handle::current());
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send_async(Signup).await.unwrap();
    /// assert!(bus.drain_async(Duration::from_secs(5)).await);
    /// assert_eq!(bus.account().handled, 1);
    /// # });
    /// ```
    #[cfg(feature = "tokio")]
    pub fn tokio(mut self, runtime: tokio::runtime::Handle) -> Self {
        self.tokio = Some(runtime);
        if self.clock.manual().is_none() {
            self.clock = Clock::Tokio;
        }
        self
    }

    /// How many events may be handled at the same time on a tokio runtime. It is another name of [`workers`](Self::workers): each
    /// worker is a task that handles one event after the other.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// let lane = LaneConfig::new("feeds").tokio(runtime.handle().clone()).concurrency(100);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// assert_eq!(bus.lane("feeds").unwrap().workers(), 100);
    /// ```
    #[cfg(feature = "tokio")]
    pub fn concurrency(self, events: impl Into<Workers>) -> Self {
        self.workers(events)
    }

    /// Whether a shutdown, or the drop of the last handle, aborts the handlers that still run when its time is up:
    /// `false` by default. Then they keep running, and the shutdown does not wait for them.
    ///
    /// With `true`, the tasks of a lane on a [runtime](Self::tokio) are aborted. The futures of their handlers are dropped at the
    /// `.await` where they are suspended. Their events are reported as left, and as
    /// [aborted](crate::lane::ShutdownReport::aborted).
    ///
    /// A synchronous handler cannot be aborted, nor can an `async` handler between two `.await`s. The shutdown waits for such a
    /// handler up to a second longer, and reports it as [running](crate::lane::ShutdownReport::running). On a lane without a runtime
    /// this setting has no effect.
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

    /// How many events of one urgency may be on the lane: those in the queue, as many that wait for their keys, and
    /// those that workers have taken.
    pub(crate) fn most_inside(&self) -> usize {
        self.capacity.saturating_mul(2).saturating_add(256)
    }

    /// Whether `async` handlers can run on the lane.
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
