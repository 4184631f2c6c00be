use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::tables::BoundEvent;
use super::{Bus, Inner, Owner};
use crate::lane::{
    Account, Budget, DeadLetters, Host, Lane, LaneHandle, OpenError, Overflow, Route, Scheduler,
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

    /// Puts an event on its lane, whose workers run the handlers later. Where the lane is full, its
    /// [`Overflow`] says what happens.
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
    /// The event comes back where it was not taken: see [`SendErrorKind`].
    #[inline]
    pub fn send<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send(event, None),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), with a context that travels with the event: a copy of its trace, deadline and
    /// cancellation. An event whose deadline has passed, or that was cancelled, is not handled: it becomes a dead letter.
    /// Its [`location`](Context::location) is where this is called, unless it has one.
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

    /// Like [`send`](Self::send), and never waits, whatever the lane's policy.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendErrorKind::Full`] where the lane is full.
    #[inline]
    pub fn try_send<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_or(event, Overflow::Reject),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), and waits for room up to this long, whatever the lane's policy.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendErrorKind::TimedOut`] where the lane was full all that time.
    pub fn send_timeout<E: Event>(&self, event: E, timeout: Duration) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_or(event, Overflow::WaitFor(timeout)),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), to be handled after a delay. Until then the event waits in memory, outside of the queue:
    /// up to as many events as the lane's [`capacity`](Lane::capacity). After the delay it is handled before what is
    /// queued, by the rules of its key.
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
    /// As [`send`](Self::send); [`SendErrorKind::Full`] where as many events wait as the lane's capacity, whatever the
    /// lane's policy.
    pub fn send_after<E: Event>(&self, event: E, delay: Duration) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_after(event, delay, None),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send_after`](Self::send_after), with a context, as in [`send_with`](Self::send_with).
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

    /// Like [`send`](Self::send), and where the policy is to wait for room, waits in this task, whose thread goes on with
    /// other tasks. It waits without limit, also where the policy is [`Overflow::WaitFor`]: bound it with a timeout of
    /// your runtime.
    ///
    /// # Cancel safety
    /// Cancel safe for the lane, not for the event: a future that is dropped before it is done has sent nothing, and the
    /// event is dropped with it. Room that it was woken for goes to the next sender that waits.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_async<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_async(event).await,
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Sends many events in their order, at less cost for each. Returns how many.
    ///
    /// # Errors
    /// As [`send`](Self::send), at the first event that was not taken; it comes back with all that follow it.
    pub fn send_batch<E: Event>(
        &self,
        events: impl IntoIterator<Item = E>,
    ) -> Result<usize, SendBatchError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_batch(events),
            Err(kind) => Err(self.refuse_batch(events.into_iter().collect(), kind)),
        }
    }

    /// A lane of this bus; [`Lane::DEFAULT`] is always there. `None` if there is none of this name, or the system would not
    /// start its workers.
    pub fn lane(&self, name: &str) -> Option<LaneHandle> {
        let host: Arc<dyn Host> = self.inner.clone();
        let core = self.inner.lanes.open(&host, name)?.ok()?.clone();
        Some(LaneHandle::new(Arc::new(self.borrowed()), core))
    }

    /// What became of all that was sent, over all lanes.
    pub fn account(&self) -> Account {
        self.lane_accounts().into_values().fold(Account::default(), |sum, lane| sum + lane)
    }

    /// What became of all that was sent, by the names of the lanes. A lane that was never used is missing.
    pub fn lane_accounts(&self) -> BTreeMap<String, Account> {
        self.inner.lanes.accounts()
    }

    /// The events that were given up.
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(self.inner.letters.clone(), self.inner.clone())
    }

    /// Waits until nothing is queued, under way, delayed, or waiting for a retry; up to this long. Returns whether that
    /// was reached. Events may be sent meanwhile, and are waited for too. A lane that is paused is waited for like any
    /// other, and so is one without workers.
    pub fn drain(&self, timeout: Duration) -> bool {
        self.inner.lanes.drain(timeout)
    }

    /// The same as [`drain`](Self::drain) in a task, whose thread goes on with other tasks meanwhile: on a runtime of one
    /// thread, with the workers.
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

    /// Runs on this thread what can begin on lanes without workers, until nothing can on any of them: what the handlers of one
    /// send to another included. Returns how many jobs were run. For games and tests; see
    /// [`LaneHandle::run_pending`], also for what it does not run.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::Lane;
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// let bus = Bus::builder().lane(Lane::new(Lane::DEFAULT).workers(0)).build().unwrap();
    /// bus.send(Tick).unwrap();
    /// assert_eq!(bus.run_pending(), 1);
    /// assert_eq!(bus.account().handled, 1);
    /// ```
    pub fn run_pending(&self) -> usize {
        self.inner.lanes.run_pending(Budget::unlimited())
    }

    /// Like [`run_pending`](Self::run_pending), and begins nothing more once this much time has passed: for what is left of a
    /// frame. A handler that has begun is not interrupted.
    pub fn run_pending_for(&self, time: Duration) -> usize {
        self.inner.lanes.run_pending(Budget::time(time))
    }

    /// Like [`run_pending`](Self::run_pending), up to so many jobs: with 1, step by step.
    pub fn run_pending_up_to(&self, jobs: usize) -> usize {
        self.inner.lanes.run_pending(Budget::jobs(jobs))
    }

    /// Ends the lanes: accepts no further event from outside, handles what was sent, and returns when all is handled or the
    /// timeout is over, whichever comes first.
    ///
    /// - What running handlers send meanwhile is accepted and handled too. Every other send returns
    ///   [`SendErrorKind::Closed`]. Emitting goes on to work.
    /// - Lanes that are paused are handled as well, and batches are run before they are full.
    /// - Retries and delayed events that are due after the timeout are left at once: nobody waits for them.
    /// - When the timeout is over no further handler begins, not even the next one of an event under way. Handlers that run
    ///   are not interrupted, and not waited for. What is left is named in the report.
    ///
    /// A shutdown after the end returns what the first one found. Of several at once the longest timeout counts, and the
    /// others return with [`is_final`](ShutdownReport::is_final) false. Called by a handler that a lane of this bus runs, it
    /// waits for that handler until the timeout is over. On the one thread of a tokio runtime whose tasks are the workers of
    /// a lane it cannot wait for them, and ends at once: await `shutdown_async` there.
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

    /// The same as [`shutdown`](Self::shutdown) in a task, whose thread goes on with other tasks meanwhile: on a runtime of
    /// one thread, with the workers.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    /// use events::Lane;
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
    /// let lane = Lane::new(Lane::DEFAULT).tokio(tokio::runtime::Handle::current());
    /// let bus = Bus::builder().lane(lane).build().unwrap();
    /// bus.send(Signup("ada")).unwrap();
    /// let report = bus.shutdown_async(Duration::from_secs(5)).await;
    /// assert_eq!(report.account.handled, 1);
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// Safe, with an effect that stays: from its first poll on, the bus is closed to events from outside. Dropped after
    /// that, it loses nothing: the workers go on until nothing is left, and a later shutdown, or the drop of the last
    /// handle, waits and reports in its place.
    ///
    /// # Panics
    /// Outside of a tokio runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub async fn shutdown_async(&self, timeout: Duration) -> ShutdownReport {
        self.inner.lanes.shutdown_async(timeout).await
    }

    /// Whether the bus was shut down, or is being shut down: it accepts no event from outside any more.
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
        self.inner.lanes.count_rejected(E::META.lane.unwrap_or(Lane::DEFAULT), events);
    }

    #[cold]
    #[inline(never)]
    fn open_route<'a, E: Event>(&'a self, event: &'a BoundEvent) -> Result<&'a Route, SendErrorKind> {
        // `build` has looked whether each event finds its lane.
        let lane = self.open_lane::<E>(E::META.lane.unwrap_or(Lane::DEFAULT))?;
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
        if lane == E::META.lane.unwrap_or(Lane::DEFAULT) {
            return self.sender::<E>();
        }
        let event = self.inner.tables.event(E::__table().any()).ok_or(SendErrorKind::UnknownEvent)?;
        let table = self.inner.tables.get_shared::<E>().ok_or(SendErrorKind::UnknownEvent)?;
        let lane = self.open_lane::<E>(lane)?;
        let route = event.route_over(lane, || Route::new(lane.clone(), self.inner.letters.clone(), table));
        // SAFETY: what is bound of `E` has routes of `E` alone.
        Ok(unsafe { Sender::new(route) })
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
