use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::config::Workers;
use super::dead_letter::NewLetter;
use super::execute::{OpenBreaker, Route, SlowHandler};
use super::failure::Reason;
use super::host::Host;
use super::schedule::Scheduler;
use super::shutdown::{Account, Lanes};
use super::stats::LaneStats;
use super::worker::{self, Budget, SetWorkersError};
use crate::door::ForeignCode;

/// A lane of a running bus: to look at it, to pause it, or to change its workers. Returned by
/// [`Bus::lane`](crate::Bus::lane). A handle does not keep the bus open: when the program drops its last [`Bus`](crate::Bus),
/// the lanes handle what was sent and end.
///
/// ```standalone_crate
/// use events::prelude::*;
/// use events::LaneConfig;
///
/// #[event(lane = "mail")]
/// struct Welcome;
/// #[handler]
/// fn send_mail(_: &Welcome) {}
///
/// let bus = Bus::builder().lane(LaneConfig::new("mail")).build().unwrap();
/// let lane = bus.lane("mail").unwrap();
/// assert_eq!((lane.name(), lane.capacity(), lane.workers()), ("mail", 4_096, 1));
/// lane.pause();
/// bus.send(Welcome).unwrap();
/// assert!(lane.is_paused() && lane.depth() == 1);
/// lane.resume();
/// assert!(bus.drain(std::time::Duration::from_secs(5)));
/// assert_eq!(lane.account().handled, 1);
/// assert_eq!((lane.worker_deaths(), lane.failed_starts()), (0, 0));
/// ```
#[derive(Clone)]
pub struct LaneHandle {
    /// Does not keep the bus open: only a `Bus` of the program does.
    host: Arc<dyn LaneHost>,
    core: Arc<Scheduler>,
}

/// What a lane's handle needs of the bus.
pub(crate) trait LaneHost: Send + Sync {
    fn lanes(&self) -> &Lanes;
    /// The bus as the workers of the lane hold it.
    fn host(&self) -> Arc<dyn Host>;
}

/// Panics in code of the program that is not a handler, such as the drop of an event. Each was isolated: it ended no worker, and
/// the panic hook has printed its message. Returned by [`LaneHandle::isolated_panics`].
///
/// ```
/// use events::LaneConfig;
/// use events::lane::ForeignCode;
/// use events::prelude::*;
///
/// #[event]
/// struct Order;
///
/// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0).watermarks(0, 1, |_| panic!("no alarm"));
/// let bus = Bus::builder().lane(lane).build().unwrap();
/// bus.send(Order).unwrap(); // the callback panics, and the event is sent all the same
/// let panics = bus.lane("default").unwrap().isolated_panics();
/// assert_eq!((panics[0].code, panics[0].count), (ForeignCode::Watermark, 1));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct IsolatedPanics {
    /// Which code panicked.
    pub code: ForeignCode,
    /// How often it panicked since the bus was built.
    pub count: u64,
}

impl LaneHandle {
    pub(crate) fn new(host: Arc<dyn LaneHost>, core: Arc<Scheduler>) -> Self {
        Self { host, core }
    }

    /// The lane's name.
    pub fn name(&self) -> &str {
        &self.core.settings.name
    }

    /// Stops the lane from beginning another event until [`resume`](Self::resume). Events that are being handled go on, and senders may
    /// send until the lane is full. A shutdown handles the events of a paused lane too.
    pub fn pause(&self) {
        self.core.change(|state| state.set_paused(true));
    }

    /// Ends a [`pause`](Self::pause).
    pub fn resume(&self) {
        self.core.change(|state| state.set_paused(false));
    }

    /// Whether the lane is paused.
    pub fn is_paused(&self) -> bool {
        self.core.lock().is_paused()
    }

    /// Changes how many workers the lane has: to a number, or to a range within which the number follows the load, as described at
    /// [`LaneConfig::workers`](crate::LaneConfig::workers). No event is lost, and the order of each key holds. A surplus worker ends
    /// after the event that it is handling.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::LaneConfig;
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("mail").workers(1..=8)).build().unwrap();
    /// let mail = bus.lane("mail").unwrap();
    /// mail.set_workers(3).unwrap();
    /// assert_eq!((mail.workers(), mail.worker_range()), (3, 3..=3));
    /// mail.set_workers(1..=4).unwrap();
    /// assert_eq!((mail.workers(), mail.worker_range()), (3, 1..=4));
    /// ```
    ///
    /// # Errors
    /// If there are to be more than 4,096, the range is empty or begins at 0, or the system would not start a thread; then
    /// the lane has as many as it would.
    pub fn set_workers(&self, workers: impl Into<Workers>) -> Result<(), SetWorkersError> {
        worker::set_workers(&self.core, &self.host.host(), workers.into())
    }

    /// How many workers the lane should have now. For a short time after a change it may have more or fewer.
    pub fn workers(&self) -> usize {
        self.core.lock().target
    }

    /// The range within which the number of workers follows the load. Both ends are equal if the number is fixed.
    pub fn worker_range(&self) -> RangeInclusive<usize> {
        let range = self.core.lock().range;
        range.min..=range.max
    }

    /// How often the system would not start a worker that the load asked for. The lane continues with the workers that it has, and
    /// tries again after a second.
    pub fn failed_starts(&self) -> u64 {
        self.core.refused.failed_starts.load(Ordering::Relaxed)
    }

    /// How many events wait for their first handler, over all urgencies: in the queues, for their key, or for the end of their delay
    /// ([`send_after`](crate::Bus::send_after)). Events that are being handled or wait for a retry do not count.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Reminder;
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new(LaneConfig::DEFAULT).workers(0)).build().unwrap();
    /// bus.send(Reminder).unwrap();
    /// bus.send_after(Reminder, Duration::from_secs(3_600)).unwrap();
    /// assert_eq!(bus.lane("default").unwrap().depth(), 2);
    /// ```
    pub fn depth(&self) -> usize {
        self.core.depth()
    }

    /// Drops the events that wait for their first handler, and returns how many there were. They are the events that
    /// [`depth`](Self::depth) counts: in the queues, waiting for their key, or delayed.
    ///
    /// Each becomes a dead letter with the reason [`Cleared`](crate::lane::Reason::Cleared). So the account still adds up, handlers
    /// of [`DeadLetter`](crate::lane::DeadLetter) see it, and it can be sent again. If the
    /// [store](crate::BusBuilder::dead_letter_capacity) is full, the oldest letters are evicted.
    ///
    /// Events that are being handled go on. So do up to 63 events that the only worker of a lane has already taken; if the lane is
    /// [paused](Self::pause), that worker gives them back after its current event. Retries, and events gathered for batch handlers,
    /// stay: some of their handlers have run. After a shutdown nothing waits, and this returns 0.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    /// use events::LaneConfig;
    ///
    /// #[event(lane = "mail")]
    /// struct Newsletter;
    /// #[handler]
    /// fn post(_: &Newsletter) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("mail").workers(0)).build().unwrap();
    /// bus.send(Newsletter).unwrap();
    /// let mail = bus.lane("mail").unwrap();
    /// assert_eq!(mail.clear(), 1);
    /// assert_eq!((mail.depth(), mail.account().dead_lettered), (0, 1));
    /// ```
    pub fn clear(&self) -> usize {
        let messages = self.core.take_waiting();
        let cleared = messages.len();
        for message in messages {
            let of = message.type_ref();
            let letter = NewLetter::new(&Arc::new(message), Reason::Cleared);
            Route::of(&of).letters().add(&self.core, letter);
        }
        cleared
    }

    /// Runs the waiting jobs of the lane on this thread, until none can begin, and returns how many ran. Each event, each retry that
    /// is due and each check of a batch is one job. Keys and urgencies decide the order, as they do for workers.
    ///
    /// It is meant for lanes without [workers](crate::LaneConfig::workers), in games and in tests. If the lane has workers, they run
    /// jobs at the same time. During the call this thread is a worker of the lane: if the lane is full, what its handlers send to it
    /// is returned to them; their panics are isolated; a shutdown waits for them. If handlers send to their own lane again and again,
    /// the call does not end; then use [`run_pending_for`](Self::run_pending_for) or [`run_pending_up_to`](Self::run_pending_up_to).
    ///
    /// It runs nothing and returns 0
    ///
    /// - on a lane with a [tokio runtime](crate::LaneConfig), whose handlers may have to be awaited;
    /// - while the lane is paused;
    /// - if it is called by a handler that a lane of this bus runs.
    ///
    /// A shutdown does not run events that wait on a lane without workers; it reports them as left. Call this before.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    /// use events::LaneConfig;
    ///
    /// #[event(lane = "frame")]
    /// struct Hit;
    /// #[handler]
    /// fn play_sound(_: &Hit) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("frame").workers(0)).build().unwrap();
    /// bus.send_batch([Hit, Hit, Hit]).unwrap();
    /// let frame = bus.lane("frame").unwrap();
    /// assert_eq!(frame.run_pending_up_to(2), 2);
    /// assert_eq!(frame.run_pending(), 1);
    /// ```
    pub fn run_pending(&self) -> usize {
        worker::run_pending(&self.core, &mut Budget::unlimited())
    }

    /// Like [`run_pending`](Self::run_pending), but begins no further job once this much time has passed: for what is left of a
    /// frame. A handler that has begun is not interrupted, so the call may take longer.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Hit;
    /// #[handler]
    /// fn play_sound(_: &Hit) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new(LaneConfig::DEFAULT).workers(0)).build().unwrap();
    /// bus.send_batch([Hit, Hit, Hit]).unwrap();
    /// let lane = bus.lane("default").unwrap();
    /// assert_eq!(lane.run_pending_for(Duration::ZERO), 0);
    /// assert_eq!(lane.run_pending_for(Duration::from_secs(60)), 3);
    /// ```
    pub fn run_pending_for(&self, time: Duration) -> usize {
        worker::run_pending(&self.core, &mut Budget::time(time))
    }

    /// Like [`run_pending`](Self::run_pending), but runs at most this many jobs. With 1, a test goes step by step.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Hit;
    /// #[handler]
    /// fn play_sound(_: &Hit) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new(LaneConfig::DEFAULT).workers(0)).build().unwrap();
    /// bus.send_batch([Hit, Hit, Hit]).unwrap();
    /// let lane = bus.lane("default").unwrap();
    /// assert_eq!(lane.run_pending_up_to(1), 1);
    /// assert_eq!(lane.depth(), 2);
    /// ```
    pub fn run_pending_up_to(&self, jobs: usize) -> usize {
        worker::run_pending(&self.core, &mut Budget::jobs(jobs))
    }

    /// How many events of each urgency may wait in the queue. See [`LaneConfig::capacity`](crate::LaneConfig::capacity).
    pub fn capacity(&self) -> usize {
        self.core.settings.capacity
    }

    /// What became of all events that were sent to this lane.
    pub fn account(&self) -> Account {
        self.host.lanes().account(&self.core, self.core.totals())
    }

    /// The values of all getters in one reading: to log them, to export them, or to compare two readings.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::LaneConfig;
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("mail").workers(2)).build().unwrap();
    /// let mail = bus.lane("mail").unwrap();
    /// mail.pause();
    /// let stats = mail.stats();
    /// assert!(stats.is_paused && stats.account.balances());
    /// assert_eq!((stats.name.as_str(), stats.workers, stats.worker_range), ("mail", 2, 2..=2));
    /// ```
    pub fn stats(&self) -> LaneStats {
        let now = self.core.reading();
        LaneStats {
            name: self.name().to_owned(),
            depth: now.depth,
            capacity: self.capacity(),
            workers: now.workers,
            worker_range: now.range.min..=now.range.max,
            is_paused: now.is_paused,
            account: self.host.lanes().account(&self.core, now.totals),
            open_breakers: self.open_breakers().len(),
            slow_handlers: self.slow().len(),
            isolated_panics: self.isolated_panics().iter().map(|panics| panics.count).sum(),
            worker_deaths: self.worker_deaths(),
            failed_starts: self.failed_starts(),
        }
    }

    /// How many workers ended because code of this library panicked; each was replaced. It should be 0. A panic in code of the program
    /// ends no worker: see [`isolated_panics`](Self::isolated_panics).
    pub fn worker_deaths(&self) -> u64 {
        self.core.refused.deaths.load(Ordering::Relaxed)
    }

    /// Which code of the program panicked outside of its handlers, and how often: drops of events, texts of errors, callbacks. Empty if
    /// none did. See the example of [`IsolatedPanics`].
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// assert!(bus.lane("default").unwrap().isolated_panics().is_empty());
    /// ```
    pub fn isolated_panics(&self) -> Vec<IsolatedPanics> {
        self.core.panics.list().into_iter().map(|(code, count)| IsolatedPanics { code, count }).collect()
    }

    /// The circuit breakers that are open. Their handlers failed too often in a row, and are not called until the cool-down ends.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Order;
    /// #[handler(breaker(failures = 1, cool_down = "1h"))]
    /// fn charge(_: &Order) -> Result<(), &'static str> {
    ///     Err("the bank is down")
    /// }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Order).unwrap();
    /// bus.drain(Duration::from_secs(5));
    /// let open = bus.lane("default").unwrap().open_breakers();
    /// assert!(open[0].handler.path.ends_with("charge"));
    /// assert_eq!(open[0].failures, 1);
    /// ```
    pub fn open_breakers(&self) -> Vec<OpenBreaker> {
        self.of_routes(|route| route.handlers().open_breakers())
    }

    fn of_routes<T>(&self, list: impl Fn(&Route) -> Vec<T>) -> Vec<T> {
        let mut all = Vec::new();
        self.host.host().for_each_route(&mut |route| {
            if Arc::ptr_eq(route.lane(), &self.core) {
                all.extend(list(route));
            }
        });
        all
    }

    /// The synchronous handlers that took longer than their `timeout`, in the order of their paths. Such a handler cannot be
    /// interrupted, so it is reported.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Page;
    /// #[handler(timeout = "1ms")]
    /// fn render(_: &Page) { std::thread::sleep(Duration::from_millis(20)) }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Page).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let slow = bus.lane("default").unwrap().slow();
    /// assert!(slow[0].handler.path.ends_with("render") && slow[0].longest >= Duration::from_millis(20));
    /// ```
    pub fn slow(&self) -> Vec<SlowHandler> {
        let mut slow = self.of_routes(|route| route.handlers().slow_handlers());
        slow.sort_by_key(|slow| slow.handler.path);
        slow
    }
}

impl fmt::Debug for LaneHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaneHandle")
            .field("name", &self.name())
            .field("workers", &self.workers())
            .field("depth", &self.depth())
            .finish_non_exhaustive()
    }
}
