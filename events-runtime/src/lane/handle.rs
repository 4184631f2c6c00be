use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::account::Account;
use super::breaker::OpenBreaker;
use super::core::LaneCore;
use super::slow::SlowHandler;
use crate::Bus;

/// A lane of a bus at run time: to look at, to pause, and to give more workers. Got from [`Bus::lane`].
///
/// ```standalone_crate
/// use events::prelude::*;
/// use events::Lane;
///
/// #[event(lane = "mail")]
/// struct Welcome;
/// #[handler]
/// fn send_mail(_: &Welcome) {}
///
/// let bus = Bus::builder().lane(Lane::new("mail")).build().unwrap();
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
    pub(crate) bus: Bus,
    pub(crate) core: Arc<LaneCore>,
}

impl LaneHandle {
    /// The lane's name.
    pub fn name(&self) -> &str {
        &self.core.settings.name
    }

    /// Begins no further event until [`resume`](Self::resume). What is under way goes on; senders may send until the
    /// lane is full. A shutdown does not heed it.
    pub fn pause(&self) {
        self.core.change(|claims| claims.paused = true);
    }

    /// Ends a [`pause`](Self::pause).
    pub fn resume(&self) {
        self.core.change(|claims| claims.paused = false);
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.core.lock().paused
    }

    /// Changes how many workers the lane has. No event is lost, and the order by key holds. Workers that are too many go
    /// when they are done with the event they are at.
    ///
    /// # Errors
    /// If the system would not start a thread; the lane has as many as it would.
    pub fn set_workers(&self, workers: usize) -> io::Result<()> {
        self.core.set_workers(&self.bus.inner, workers)
    }

    /// How many workers the lane is to have.
    pub fn workers(&self) -> usize {
        self.core.lock().target
    }

    /// How many events wait, over all urgencies: in the queues, for their key, or given back by a worker.
    pub fn depth(&self) -> usize {
        let claims = self.core.lock();
        claims.new_events().count() + self.core.rings().iter().map(|ring| ring.len()).sum::<usize>()
    }

    /// How many events of each urgency may wait.
    pub fn capacity(&self) -> usize {
        self.core.settings.capacity
    }

    /// What became of all that was sent to this lane.
    pub fn account(&self) -> Account {
        self.bus.inner.lanes.accounts(&self.bus.inner).remove(self.name()).unwrap_or_default()
    }

    /// How many workers died of a panic outside of a handler, and were replaced.
    pub fn worker_deaths(&self) -> u64 {
        self.core.counts.deaths.load(Ordering::Relaxed)
    }

    /// The circuit breakers that are open: handlers that failed too often in a row and are left alone for a while.
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
        let routes = self.bus.inner.tables.routes();
        let of_this = routes.filter(|route| Arc::ptr_eq(route.lane(), &self.core));
        of_this.flat_map(|route| route.any().open_breakers()).collect()
    }

    /// The synchronous handlers that took longer than their `timeout`, by path.
    pub fn slow(&self) -> Vec<SlowHandler> {
        self.core.slow.list()
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
