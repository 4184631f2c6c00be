//! What a bus does with its lanes: inspect them, wait for them, run their jobs, shut them down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Bus, Inner, Owner};
use crate::lane::{Account, Budget, DeadLetters, LaneHandle, ShutdownReport};

/// The lanes: their accounts, their dead letters, and their end.
impl Bus {
    pub(super) fn owned(inner: Arc<Inner>) -> Self {
        Self { _owner: Some(Arc::new(Owner { inner: inner.clone() })), inner }
    }

    /// A handle to the same bus that does not keep it open.
    fn without_owner(&self) -> Self {
        Self { _owner: None, inner: self.inner.clone() }
    }

    /// The lane of this name. [`LaneConfig::DEFAULT`](crate::LaneConfig::DEFAULT) is always there. `None` if the bus
    /// has no such lane, or if the system has no memory for its queues. It starts no thread.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("mail").capacity(64)).build().unwrap();
    /// assert_eq!(bus.lane("mail").unwrap().capacity(), 64);
    /// assert!(bus.lane(LaneConfig::DEFAULT).is_some());
    /// assert!(bus.lane("letters").is_none());
    /// ```
    pub fn lane(&self, name: &str) -> Option<LaneHandle> {
        let core = self.inner.lanes.get(name)?.ok()?.clone();
        Some(LaneHandle::new(Arc::new(self.without_owner()), core))
    }

    /// What became of all events that were sent on this bus: the sum over its lanes. It adds up at any time.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send_batch([Tick, Tick]).unwrap();
    /// assert!(bus.account().balances());
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.account().to_string(), "2 sent = 2 handled + 0 dead-lettered + 0 rejected + 0 left");
    /// ```
    pub fn account(&self) -> Account {
        self.lane_accounts().into_values().fold(Account::default(), |sum, lane| sum + lane)
    }

    /// What became of all events that were sent, by the names of the lanes. A lane to which nothing was ever sent is missing.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("bulk")).build().unwrap();
    /// bus.send(Tick).unwrap();
    /// bus.to("bulk").send_batch([Tick, Tick]).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.lane_accounts()["bulk"].handled, 2);
    /// ```
    pub fn lane_accounts(&self) -> BTreeMap<String, Account> {
        self.inner.lanes.accounts()
    }

    /// The events that were given up, to be listed, sent again or removed.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct OrderPaid;
    /// #[handler]
    /// fn charge(_: &OrderPaid) -> Result<(), &'static str> { Err("card declined") }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(OrderPaid).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let letters = bus.dead_letters().list();
    /// assert_eq!(letters[0].attempts[0].error, "card declined");
    /// ```
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(self.inner.letters.clone(), self.inner.clone())
    }

    /// Waits until no event is queued, being handled, delayed, or waiting for a retry, but no longer than the timeout. Returns
    /// whether that state was reached. Events that are sent meanwhile are waited for too. So are lanes that are paused or have no
    /// workers: if events wait there, the call lasts until the timeout.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// assert!(bus.drain(Duration::ZERO));
    /// bus.send(Tick).unwrap();
    /// assert!(!bus.drain(Duration::from_millis(5)));
    /// ```
    pub fn drain(&self, timeout: Duration) -> bool {
        self.inner.lanes.drain(timeout)
    }

    /// Like [`drain`](Self::drain), for tasks: this task waits, and its thread goes on with other tasks. On a runtime with one thread
    /// these may be the workers.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Tick).unwrap();
    /// assert!(bus.drain_async(Duration::from_secs(5)).await);
    /// assert_eq!(bus.account().handled, 1);
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// Cancel safe: it only waits. Dropped before it is done, it changes nothing.
    ///
    /// # Panics
    /// Outside of a tokio runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub async fn drain_async(&self, timeout: Duration) -> bool {
        self.inner.lanes.drain_async(timeout).await
    }

    /// Runs on this thread the jobs that wait on lanes without workers, until none of these lanes has one that can begin. This
    /// includes what the handlers send to such lanes. Returns how many jobs ran. It is for games and tests;
    /// [`LaneHandle::run_pending`] describes what a job is and what is not run.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::LaneConfig;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new(LaneConfig::DEFAULT).workers(0)).build().unwrap();
    /// bus.send(Tick).unwrap();
    /// assert_eq!(bus.run_pending(), 1);
    /// assert_eq!(bus.account().handled, 1);
    /// ```
    pub fn run_pending(&self) -> usize {
        self.inner.lanes.run_pending(Budget::unlimited())
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
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new(LaneConfig::DEFAULT).workers(0)).build().unwrap();
    /// bus.send_batch([Tick, Tick, Tick]).unwrap();
    /// assert_eq!(bus.run_pending_for(Duration::ZERO), 0);
    /// assert_eq!(bus.run_pending_for(Duration::from_secs(60)), 3);
    /// ```
    pub fn run_pending_for(&self, time: Duration) -> usize {
        self.inner.lanes.run_pending(Budget::time(time))
    }

    /// Like [`run_pending`](Self::run_pending), but runs at most this many jobs. With 1, a test goes step by step.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new(LaneConfig::DEFAULT).workers(0)).build().unwrap();
    /// bus.send_batch([Tick, Tick, Tick]).unwrap();
    /// assert_eq!(bus.run_pending_up_to(1), 1);
    /// assert_eq!((bus.account().handled, bus.account().left), (1, 2));
    /// ```
    pub fn run_pending_up_to(&self, jobs: usize) -> usize {
        self.inner.lanes.run_pending(Budget::jobs(jobs))
    }

    /// Ends the lanes. The bus accepts no further event from outside and handles those that were sent. The call returns
    /// when all are handled or when the timeout has passed, whichever comes first. [`emit`](Self::emit) works before,
    /// during and after it.
    ///
    /// - Events that running handlers send meanwhile are accepted and handled too. Every other send returns
    ///   [`SendErrorKind::Closed`](crate::lane::SendErrorKind::Closed).
    /// - Paused lanes are emptied too, and batches run before they are full.
    /// - Retries and delayed events that are due after the timeout are left at once. The shutdown does not wait for them.
    /// - After the timeout no further handler begins, not even the next handler of an event whose first one has run. A handler that
    ///   is running is neither interrupted nor waited for.
    /// - The report lists what is left.
    ///
    /// A shutdown of a bus that has ended returns the report of the first one. If several run at the same time, the longest timeout
    /// counts, and the others return a report with [`is_final`](ShutdownReport::is_final) false.
    ///
    /// Two calls cannot wait for what they should. A handler on a lane of this bus that calls it waits for itself until the timeout
    /// has passed. On a tokio runtime with one thread, whose tasks are the workers of a lane, the call ends that lane at once; await
    /// `shutdown_async` there.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct OrderPaid { order_id: u64 }
    ///
    /// #[event]
    /// struct OrderShipped { order_id: u64 }
    ///
    /// #[handler]
    /// fn ship(event: &OrderPaid, bus: Bus) -> Result<(), events::lane::SendError<OrderShipped>> {
    ///     bus.send(OrderShipped { order_id: event.order_id })
    /// }
    ///
    /// #[handler]
    /// fn notify(_: &OrderShipped) {}
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(OrderPaid { order_id: 7 }).unwrap();
    /// let report = bus.shutdown(Duration::from_secs(5));
    /// assert!(report.is_clean(), "{report}");
    /// assert_eq!(report.account.handled, 2);
    /// assert!(bus.send(OrderPaid { order_id: 8 }).is_err());
    /// ```
    ///
    /// # Signals and exits
    ///
    /// A lane is in memory: events that wait there are lost when the process ends. Dropping the last handle of a bus
    /// waits for it, up to [`drain_on_drop`](crate::BusBuilder::drain_on_drop), and so does a `main` that returns, for
    /// the buses that it owns. The following end the process without dropping the bus, so nothing is waited for and
    /// nothing is reported:
    ///
    /// - a signal that is not handled, such as `SIGTERM`, which service managers and containers send first, and the
    ///   `SIGINT` of Ctrl-C;
    /// - [`std::process::exit`] and [`abort`](std::process::abort), on whatever thread;
    /// - a `main` that returns while the last handle of the bus is in a `static` or belongs to another thread.
    ///
    /// So handle these signals, shut the bus down before the program exits, and make the timeout shorter than the time
    /// that the service manager allows (10 s for `docker stop`, 30 s for Kubernetes by default). In the project's
    /// repository, `examples/graceful` does this with tokio, and its exit code says whether anything was left.
    /// `SIGKILL` cannot be handled: what must survive it has to be stored before it is sent.
    pub fn shutdown(&self, timeout: Duration) -> ShutdownReport {
        self.inner.lanes.shutdown(timeout)
    }

    /// Like [`shutdown`](Self::shutdown), for tasks: this task waits, and its thread goes on with other tasks. On a runtime with one
    /// thread these may be the workers.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    /// use events::LaneConfig;
    /// use std::time::Duration;
    ///
    /// #[event(async)]
    /// struct Signup(&'static str);
    /// #[handler]
    /// async fn welcome(_: &Signup) {
    ///     tokio::task::yield_now().await;
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).tokio(tokio::runtime::Handle::current());
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send(Signup("ada")).unwrap();
    /// let report = bus.shutdown_async(Duration::from_secs(5)).await;
    /// assert_eq!(report.account.handled, 1);
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// Cancel safe, but its first poll closes the bus to events from outside, and the bus stays closed. Dropping the future after
    /// that loses nothing: the workers go on until nothing is left. A later shutdown, or the drop of the last handle, then waits and
    /// reports.
    ///
    /// # Panics
    /// Outside of a tokio runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub async fn shutdown_async(&self, timeout: Duration) -> ShutdownReport {
        self.inner.lanes.shutdown_async(timeout).await
    }

    /// Whether the bus was shut down, or is being shut down: it then accepts no event from outside.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// assert!(!bus.is_shut_down());
    /// assert!(bus.shutdown(Duration::from_secs(5)).is_clean());
    /// assert!(bus.is_shut_down());
    /// ```
    pub fn is_shut_down(&self) -> bool {
        self.inner.lanes.is_closed()
    }
}
