use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::problem::BuildProblem;
use super::tables::BoundEvent;
use super::{Bus, Inner, Owner};
use crate::lane::{
    Account, Budget, DeadLetters, Host, LaneConfig, LaneHandle, OpenError, Overflow, Route, Scheduler,
    SendBatchError, SendError, SendErrorKind, Sender, ShutdownReport,
};

/// Sending: the same handlers, run later.
impl Bus {
    pub(super) fn owned(inner: Arc<Inner>) -> Self {
        Self { _owner: Some(Arc::new(Owner { inner: inner.clone() })), inner }
    }

    /// The same bus, not kept open.
    fn borrowed(&self) -> Self {
        Self { _owner: None, inner: self.inner.clone() }
    }

    /// Puts an event on its lane and returns; a worker of the lane runs the handlers later. The lane is the one that the event
    /// names with `lane = ".."`, or [`LaneConfig::DEFAULT`]. If the lane is full, its [`Overflow`] decides what happens; by default
    /// the call waits for room.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event(key = order_id)]
    /// struct OrderPaid { order_id: u64 }
    ///
    /// #[handler]
    /// fn ship(event: &OrderPaid) { assert_eq!(event.order_id, 7); }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(OrderPaid { order_id: 7 }).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.account().handled, 1);
    /// ```
    ///
    /// # Errors
    /// If the lane did not accept the event. The error returns the event, and its [`kind`](SendErrorKind) says why.
    #[inline]
    pub fn send<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send(event, None),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), with a context that the handlers see: a copy of its trace, metadata, deadline and cancellation
    /// travels with the event. If the deadline passes or the context is cancelled before the handlers have run, the event becomes a
    /// dead letter. The [`location`](Context::location) of the context is this call, unless it already has one.
    ///
    /// ```
    /// use events::lane::Reason;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Quote;
    /// #[handler]
    /// fn answer(_: &Quote) {}
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send_with(Quote, &Context::new().with_timeout(Duration::from_secs(60))).unwrap();
    /// bus.send_with(Quote, &Context::new().with_timeout(Duration::ZERO)).unwrap(); // too late
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.account().handled, 1);
    /// assert_eq!(bus.dead_letters().list()[0].reason, Reason::Expired);
    /// ```
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[inline]
    #[track_caller]
    pub fn send_with<E: Event>(&self, event: E, cx: &Context) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send(event, Some(&located(cx, Location::caller()))),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), but never waits: a full lane returns the event, whatever its [`Overflow`] is.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::lane::SendErrorKind;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Order(u32);
    ///
    /// // Room for one event, and nobody who takes it.
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).capacity(1).workers(0);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.try_send(Order(1)).unwrap();
    /// let error = bus.try_send(Order(2)).unwrap_err();
    /// assert_eq!((error.kind, error.event.0), (SendErrorKind::Full, 2));
    /// ```
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendErrorKind::Full`] if the lane is full.
    #[inline]
    pub fn try_send<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_or(event, None, Overflow::Reject),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`try_send`](Self::try_send), with a context, as in [`send_with`](Self::send_with).
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Quoted;
    /// #[handler]
    /// fn answer(_: &Quoted, cx: &Context) { assert_eq!(cx.meta("tenant"), Some("acme")); }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.try_send_with(Quoted, &Context::new().with_meta("tenant", "acme")).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.account().handled, 1);
    /// ```
    ///
    /// # Errors
    /// As [`try_send`](Self::try_send).
    #[track_caller]
    pub fn try_send_with<E: Event>(&self, event: E, cx: &Context) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_or(event, Some(&located(cx, Location::caller())), Overflow::Reject),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), but waits for room up to this long, whatever the lane's [`Overflow`] is.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::lane::SendErrorKind;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Order(u32);
    ///
    /// // Room for one event, and nobody who takes it.
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).capacity(1).workers(0);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send(Order(1)).unwrap();
    /// let error = bus.send_timeout(Order(2), Duration::from_millis(5)).unwrap_err();
    /// assert_eq!((error.kind, error.event.0), (SendErrorKind::TimedOut, 2));
    /// ```
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendErrorKind::TimedOut`] if the lane was full all that time.
    pub fn send_timeout<E: Event>(&self, event: E, timeout: Duration) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_or(event, None, Overflow::BlockFor(timeout)),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), but the handlers run after a delay. Until then the event waits in memory, outside of the queue.
    /// As many events as the lane's [`capacity`](LaneConfig::capacity) may wait for their time; the lane's
    /// [`depth`](LaneHandle::depth) counts them. After the delay the event is handled before those in the queue, and in the order
    /// of its key.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Reminder;
    /// #[handler]
    /// fn remind(_: &Reminder) {}
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send_after(Reminder, Duration::from_millis(5)).unwrap();
    /// assert_eq!(bus.account().left, 1);
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.account().handled, 1);
    /// ```
    ///
    /// A shutdown waits for events whose delay ends within its timeout, and reports the others as left.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendErrorKind::Full`] if as many events wait for their time as the lane's capacity, whatever
    /// its [`Overflow`] is.
    pub fn send_after<E: Event>(&self, event: E, delay: Duration) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_after(event, delay, None),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send_after`](Self::send_after), with a context, as in [`send_with`](Self::send_with). Its deadline counts from now: one
    /// that passes during the delay makes the event a dead letter.
    ///
    /// ```
    /// use events::lane::Reason;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Reminder;
    /// #[handler]
    /// fn remind(_: &Reminder) {}
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let cx = Context::new().with_timeout(Duration::from_millis(1));
    /// bus.send_after_with(Reminder, Duration::from_millis(5), &cx).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.dead_letters().list()[0].reason, Reason::Expired);
    /// ```
    ///
    /// # Errors
    /// As [`send_after`](Self::send_after).
    #[track_caller]
    pub fn send_after_with<E: Event>(
        &self,
        event: E,
        delay: Duration,
        cx: &Context,
    ) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_after(event, delay, Some(&located(cx, Location::caller()))),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), for tasks. If the lane's [`Overflow`] is to wait for room, this task waits, and its thread goes on
    /// with other tasks. It waits without a limit, also if the policy is [`Overflow::BlockFor`]; use a timeout of your runtime.
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
    /// bus.send_async(Tick).await.unwrap();
    /// assert!(bus.drain_async(Duration::from_secs(5)).await);
    /// assert_eq!(bus.account().handled, 1);
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// Dropping the future before it is done loses the event, but no place on the lane: nothing was sent, the event is dropped with
    /// the future, and room that it was woken for goes to the next sender.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_async<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_async(event, None).await,
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send_async`](Self::send_async), with a context, as in [`send_with`](Self::send_with). The context is copied when this is
    /// called.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Parcel;
    /// #[handler]
    /// fn weigh(_: &Parcel, cx: &Context) { assert_eq!(cx.meta("tenant"), Some("acme")); }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let bus = Bus::builder().build().unwrap();
    /// let cx = Context::new().with_meta("tenant", "acme");
    /// bus.send_async_with(Parcel, &cx).await.unwrap();
    /// assert!(bus.drain_async(Duration::from_secs(5)).await);
    /// assert_eq!(bus.account().handled, 1);
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// As [`send_async`](Self::send_async).
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[track_caller]
    pub fn send_async_with<'a, E: Event>(
        &'a self,
        event: E,
        cx: &Context,
    ) -> impl Future<Output = Result<(), SendError<E>>> + Send + use<'a, E> {
        let cx = located(cx, Location::caller());
        async move {
            match self.sender::<E>() {
                Ok(sender) => sender.send_async(event, Some(&cx)).await,
                Err(kind) => Err(self.refuse(event, kind)),
            }
        }
    }

    /// Sends many events in their order, and returns how many. Each costs less than with [`send`](Self::send), because places on the
    /// lane are reserved for many at once.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Order(u32);
    ///
    /// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0);
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// assert_eq!(bus.send_batch((1..=100).map(Order)).unwrap(), 100);
    /// assert_eq!(bus.lane("default").unwrap().depth(), 100);
    /// ```
    ///
    /// # Errors
    /// As [`send`](Self::send), at the first event that was not accepted. The error returns it and all events after it.
    pub fn send_batch<E: Event>(
        &self,
        events: impl IntoIterator<Item = E>,
    ) -> Result<usize, SendBatchError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_batch(events),
            Err(kind) => Err(self.refuse_batch(events.into_iter().collect(), kind)),
        }
    }

    /// The lane of this name; [`LaneConfig::DEFAULT`] is always there. `None` if the bus has no such lane, or if the system has no
    /// memory for its queues. It starts no thread.
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
        Some(LaneHandle::new(Arc::new(self.borrowed()), core))
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

    /// Ends the lanes. It accepts no further event from outside and handles those that were sent. It returns when all are handled or
    /// when the timeout has passed, whichever comes first. [`emit`](Self::emit) works before, during and after it.
    ///
    /// - Events that running handlers send meanwhile are accepted and handled too. Every other send returns
    ///   [`SendErrorKind::Closed`].
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
    /// A lane is memory: what waits there is gone when the process ends. Dropping the last handle of a bus waits for it, up
    /// to [`drain_on_drop`](crate::BusBuilder::drain_on_drop), and so does a `main` that returns, for the buses that it owns.
    /// The following end the process without dropping the bus, so nothing is waited for and nothing is reported:
    ///
    /// - a signal that is not handled, such as `SIGTERM`, which service managers and containers send first, and the
    ///   `SIGINT` of Ctrl-C;
    /// - [`std::process::exit`] and [`abort`](std::process::abort), on whatever thread;
    /// - a `main` that returns while the last handle of the bus lies in a `static` or belongs to another thread.
    ///
    /// So handle these signals, shut the bus down before the program exits, and make the timeout shorter than the time
    /// that the service manager allows (10 s for `docker stop`, 30 s for Kubernetes unless said otherwise). In the
    /// project's repository, `examples/graceful` does this with tokio, and its exit code says whether anything was left.
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

    #[inline(always)]
    fn sender<E: Event>(&self) -> Result<Sender<'_, E>, SendErrorKind> {
        let Some(event) = self.inner.tables.event(E::__table().any()) else {
            return Err(SendErrorKind::UnknownEvent);
        };
        let route = match event.route.get() {
            Some(route) => &**route,
            None => self.open_route::<E>(event)?,
        };
        // SAFETY: what is bound of `E` has a route of `E`, which `open_route` put there.
        Ok(unsafe { Sender::new(route) })
    }

    /// Gives an event back that did not reach its lane.
    #[cold]
    pub(super) fn refuse<E: Event>(&self, event: E, kind: SendErrorKind) -> SendError<E> {
        self.count_refused::<E>(1);
        SendError { event, kind }
    }

    /// Gives events back that did not reach their lane.
    #[cold]
    pub(super) fn refuse_batch<E: Event>(&self, unsent: Vec<E>, kind: SendErrorKind) -> SendBatchError<E> {
        self.count_refused::<E>(unsent.len() as u64);
        SendBatchError { sent: 0, unsent, kind }
    }

    /// Counts events that came back, on the lane of their event if it is open.
    fn count_refused<E: Event>(&self, events: u64) {
        self.inner.lanes.count_rejected(E::META.lane.unwrap_or(LaneConfig::DEFAULT), events);
    }

    #[cold]
    #[inline(never)]
    fn open_route<'a, E: Event>(&'a self, event: &'a BoundEvent) -> Result<&'a Route, SendErrorKind> {
        // `build` has looked whether each event finds its lane.
        let lane = self.open_lane::<E>(E::META.lane.unwrap_or(LaneConfig::DEFAULT))?;
        let route = self.new_route::<E>(lane)?;
        Ok(event.route.get_or_init(|| Box::new(route)))
    }

    /// The lane of this name, for an event.
    fn open_lane<E: Event>(&self, name: &str) -> Result<&Arc<Scheduler>, SendErrorKind> {
        let host: Arc<dyn Host> = self.inner.clone();
        let lane = match self.inner.lanes.open(&host, name) {
            Some(Ok(lane)) => lane,
            Some(Err(OpenError::NoWorker(kind))) => return Err(SendErrorKind::NoWorker(kind)),
            Some(Err(OpenError::NoMemory)) => return Err(SendErrorKind::NoMemory),
            None => return Err(SendErrorKind::UnknownLane),
        };
        let table = self.inner.tables.get::<E>().ok_or(SendErrorKind::UnknownEvent)?;
        if !lane.runs_async() && (0..table.rows()).any(|row| table.is_async(row)) {
            return Err(SendErrorKind::NeedsRuntime);
        }
        Ok(lane)
    }

    /// The sender to the lane of this name.
    pub(super) fn sender_over<E: Event>(&self, lane: &str) -> Result<Sender<'_, E>, SendErrorKind> {
        if lane == E::META.lane.unwrap_or(LaneConfig::DEFAULT) {
            return self.sender::<E>();
        }
        let event = self.inner.tables.event(E::__table().any()).ok_or(SendErrorKind::UnknownEvent)?;
        let table = self.inner.tables.get_shared::<E>().ok_or(SendErrorKind::UnknownEvent)?;
        let lane = self.open_lane::<E>(lane)?;
        let route = event.route_over(lane, || Route::new(lane.clone(), self.inner.letters.clone(), table));
        // SAFETY: what is bound of `E` has routes of `E` alone.
        Ok(unsafe { Sender::new(route) })
    }

    /// Starts the workers of a lane, as a problem if that fails.
    pub(super) fn start_lane(&self, name: String) -> Option<BuildProblem> {
        let host: Arc<dyn Host> = self.inner.clone();
        match self.inner.lanes.open(&host, &name)? {
            Ok(_) => None,
            Err(OpenError::NoWorker(kind)) => Some(BuildProblem::NoWorker { lane: name, kind }),
            Err(OpenError::NoMemory) => Some(BuildProblem::NoMemory { lane: name }),
        }
    }

    fn new_route<E: Event>(&self, lane: &Arc<Scheduler>) -> Result<Route, SendErrorKind> {
        let table = self.inner.tables.get_shared::<E>().ok_or(SendErrorKind::UnknownEvent)?;
        Ok(Route::new(lane.clone(), self.inner.letters.clone(), table))
    }
}

/// The context, with where it was sent from if it does not say so.
pub(super) fn located(cx: &Context, here: &'static Location<'static>) -> Context {
    let cx = cx.clone();
    if cx.location().is_some() { cx } else { cx.with_location(here) }
}
