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

/// A lane of a bus at run time: to look at, to pause, and to give more workers. Returned by
/// [`Bus::lane`](crate::Bus::lane). It does not keep the bus open: when the program drops its last [`Bus`](crate::Bus), the
/// lanes are drained and end.
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
/// lane.pause();
/// bus.send(Welcome).unwrap();
/// assert_eq!(lane.depth(), 1);
/// lane.resume();
/// assert!(bus.drain(std::time::Duration::from_secs(5)));
/// assert_eq!(lane.account().handled, 1);
/// ```
#[derive(Clone)]
pub struct LaneHandle {
    /// Does not keep the bus open: only a `Bus` of the program does.
    host: Arc<dyn LaneHost>,
    core: Arc<Scheduler>,
}

/// The bus of a lane, as its handle needs it.
pub(crate) trait LaneHost: Send + Sync {
    fn lanes(&self) -> &Lanes;
    /// What the workers of the lane hold on to.
    fn host(&self) -> Arc<dyn Host>;
}

/// Panics of code of the program outside of its handlers: each was isolated, and the panic hook has printed its message.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct IsolatedPanics {
    /// Whose code it was.
    pub code: ForeignCode,
    /// How often it panicked.
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

    /// Begins no further event until [`resume`](Self::resume). What is under way goes on; senders may send until the
    /// lane is full. A shutdown handles what waits all the same.
    pub fn pause(&self) {
        self.core.change(|state| state.set_paused(true));
    }

    /// Ends a [`pause`](Self::pause).
    pub fn resume(&self) {
        self.core.change(|state| state.set_paused(false));
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.core.lock().is_paused()
    }

    /// Changes how many workers the lane has: to a number, or to a range within which the number follows the load, as
    /// [`LaneConfig::workers`](crate::LaneConfig::workers) says. No event is lost, and the order by key holds. Workers that are too
    /// many go when they are done with the event they are at.
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

    /// How many workers the lane is to have now.
    pub fn workers(&self) -> usize {
        self.core.lock().target
    }

    /// Within which the number of workers follows the load; of one number where it is fixed.
    pub fn worker_range(&self) -> RangeInclusive<usize> {
        let range = self.core.lock().range;
        range.min..=range.max
    }

    /// How often a worker could not be started when the load asked for one more. The lane goes on with those it has, and
    /// tries again after a second.
    pub fn failed_starts(&self) -> u64 {
        self.core.refused.failed_starts.load(Ordering::Relaxed)
    }

    /// How many events wait, over all urgencies: in the queues, for their key, or given back by a worker.
    pub fn depth(&self) -> usize {
        self.core.depth()
    }

    /// Drops the events that wait for their first handler: in the queues, for their key, or for their time. Returns how many.
    /// It is what [`depth`](Self::depth) counts.
    ///
    /// Each becomes a dead letter of the reason [`Cleared`](crate::lane::Reason::Cleared), with the event: so the account still
    /// adds up, handlers of [`DeadLetter`](crate::lane::DeadLetter) see it, and it can be sent again. What the
    /// [store](crate::BusBuilder::dead_letter_capacity) has no room for goes. A shutdown does not name them as unseen.
    ///
    /// What is under way goes on. That is also so of up to 63 events that the one worker of a lane has taken beforehand: see
    /// [`pause`](Self::pause). Retries and events gathered for batch handlers stay, for some of their handlers have run. On a
    /// bus that was shut down nothing waits any more.
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

    /// Runs on this thread what can begin on the lane now, until nothing can: the same events, in the same order of keys and
    /// urgencies, with the retries, delayed events and batches that are due. Returns how many jobs were run: each event, each
    /// retry, and each look at a batch is one.
    ///
    /// For lanes of [no workers](crate::LaneConfig::workers), in games and in tests. A lane that has workers is helped by them. For the
    /// time of the call this thread is a worker: what handlers send to their own full lane comes back, their panics are
    /// isolated, a shutdown waits for them. Handlers that send to their own lane for ever keep it for ever: then bound it, with
    /// [`run_pending_for`](Self::run_pending_for) or [`run_pending_up_to`](Self::run_pending_up_to).
    ///
    /// It runs nothing on a lane with a [tokio runtime](crate::LaneConfig), whose handlers may have to be awaited; nothing while the
    /// lane is paused; and nothing when it is called by a handler that a lane of this bus runs.
    ///
    /// A shutdown of a bus does not run what waits on a lane without workers: it names it as left. Call this before.
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

    /// Like [`run_pending`](Self::run_pending), and begins nothing more once this much time has passed: for what is left of a
    /// frame. A handler that has begun is not interrupted.
    pub fn run_pending_for(&self, time: Duration) -> usize {
        worker::run_pending(&self.core, &mut Budget::time(time))
    }

    /// Like [`run_pending`](Self::run_pending), up to so many jobs: with 1, step by step.
    pub fn run_pending_up_to(&self, jobs: usize) -> usize {
        worker::run_pending(&self.core, &mut Budget::jobs(jobs))
    }

    /// How many events of each urgency may wait.
    pub fn capacity(&self) -> usize {
        self.core.settings.capacity
    }

    /// What became of all that was sent to this lane.
    pub fn account(&self) -> Account {
        self.host.lanes().account(&self.core, self.core.totals())
    }

    /// All that the getters say, in one reading: to log, to export, or to compare with an earlier one.
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

    /// How many workers ended by a panic of this library's own code, and were replaced. Panics of the program's code end no
    /// worker: see [`isolated_panics`](Self::isolated_panics).
    pub fn worker_deaths(&self) -> u64 {
        self.core.refused.deaths.load(Ordering::Relaxed)
    }

    /// Which code of the program panicked outside of its handlers, and how often: drops of events, errors' texts, callbacks.
    pub fn isolated_panics(&self) -> Vec<IsolatedPanics> {
        self.core.panics.list().into_iter().map(|(code, count)| IsolatedPanics { code, count }).collect()
    }

    /// The circuit breakers that are open: handlers that failed too often in a row and are not called for a while.
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

    /// The synchronous handlers that took longer than their `timeout`, by path.
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
