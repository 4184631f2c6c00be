use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::tables::BoundEvent;
use super::to_lane::ToLane;
use super::{Bus, Inner, Owner};
use crate::lane::{
    Account, DeadLetters, Host, Lane, LaneHandle, OpenError, Overflow, Route, Scheduler, SendBatchError,
    SendError, SendErrorKind, Sender, ShutdownReport,
};

/// Sending: the same handlers, run later.
impl Bus {
    pub(super) fn owned(inner: Arc<Inner>) -> Self {
        Self { _owner: Some(Arc::new(Owner { inner: inner.clone() })), inner }
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

    /// Like [`send`](Self::send), with a context that travels along: a copy of its trace, deadline and cancellation. An
    /// event whose time has passed, or that was cancelled, is not handled: it becomes a dead letter. Handlers find in it
    /// where it was sent, [`Context::location`], unless it says so already.
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
    /// As [`send`](Self::send); a full lane is one.
    #[inline]
    pub fn try_send<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_or(event, Overflow::Reject),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), and waits so long for room, whatever the lane's policy.
    ///
    /// # Errors
    /// As [`send`](Self::send); a lane that was full for so long is one.
    pub fn send_timeout<E: Event>(&self, event: E, timeout: Duration) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_or(event, Overflow::WaitFor(timeout)),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send`](Self::send), to be handled after a delay. Until then the event waits beside the queue, in memory;
    /// as many events may wait so as the lane has room for. When its time has come it is handled before what is queued,
    /// by the rules of its key.
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
    /// A shutdown waits for events whose time comes before it gives up, and names the others as left.
    ///
    /// # Errors
    /// As [`send`](Self::send); where as many events wait as the lane has room for, [`SendErrorKind::Full`], whatever the
    /// lane's policy.
    pub fn send_after<E: Event>(&self, event: E, delay: Duration) -> Result<(), SendError<E>> {
        match self.sender::<E>() {
            Ok(sender) => sender.send_after(event, delay, None),
            Err(kind) => Err(self.refuse(event, kind)),
        }
    }

    /// Like [`send_after`](Self::send_after), with a context that travels along, as in [`send_with`](Self::send_with).
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

    /// Chooses a lane by name for what is sent through the value that this returns, in place of the event's own.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::Lane;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Resize { pixels: u64 }
    /// #[handler]
    /// fn resize(_: &Resize) {}
    ///
    /// let bus = Bus::builder().lane(Lane::new("bulk").workers(2)).build().unwrap();
    /// bus.send(Resize { pixels: 1_000 }).unwrap();
    /// bus.to("bulk").send(Resize { pixels: 1_000_000_000 }).unwrap();
    /// bus.drain(Duration::from_secs(5));
    /// assert_eq!(bus.lane("bulk").unwrap().account().handled, 1);
    /// ```
    ///
    /// Events of one key keep their order on each lane, and not between lanes.
    pub fn to<'a>(&'a self, lane: &'a str) -> ToLane<'a> {
        ToLane { bus: self, lane }
    }

    /// Like [`send`](Self::send), and where the policy is to wait for room waits in this task: without limit, so
    /// bound it with a timeout of your runtime. Dropped before it is done, it has sent nothing, and drops the event.
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
    /// As [`send`](Self::send), at the first event that was not taken; it comes back with all behind it.
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
        Some(LaneHandle::new(Arc::new(self.clone()), core))
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
        DeadLetters::new(self.inner.letters.clone(), Arc::new(self.clone()))
    }

    /// Waits until nothing is queued, under way, or waiting for a retry; so long at most. Returns whether it is so.
    /// Others may go on sending meanwhile.
    pub fn drain(&self, timeout: Duration) -> bool {
        self.inner.lanes.drain(timeout)
    }

    /// The same as [`drain`](Self::drain) in a task, whose thread goes on with others meanwhile: on a runtime of one thread,
    /// with the workers.
    ///
    /// # Panics
    /// Outside of a tokio runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub async fn drain_async(&self, timeout: Duration) -> bool {
        self.inner.lanes.drain_async(timeout).await
    }

    /// Ends the lanes: takes no further event, handles what was sent, paused lanes included, and returns when all is done
    /// or the time is up. Never waits longer, whatever a handler does: what is left then is named, and not begun.
    ///
    /// Emitting goes on to work. A second shutdown tells again what the first one found. In a handler that a lane runs,
    /// it waits for itself until the time is up.
    pub fn shutdown(&self, timeout: Duration) -> ShutdownReport {
        self.inner.lanes.shutdown(timeout)
    }

    /// The same as [`shutdown`](Self::shutdown) in a task, whose thread goes on with others meanwhile: on a runtime of one
    /// thread, with the workers.
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
    /// Dropped before it is done, it leaves the lanes closed, and the workers go on until nothing is left.
    ///
    /// # Panics
    /// Outside of a tokio runtime with its time driver enabled.
    #[cfg(feature = "tokio")]
    pub async fn shutdown_async(&self, timeout: Duration) -> ShutdownReport {
        self.inner.lanes.shutdown_async(timeout).await
    }

    /// Whether the bus was shut down, or is being shut down: it takes no event from outside any more.
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
        let Some(event) = self.inner.tables.event::<E>() else { return Err(SendErrorKind::UnknownEvent) };
        let route = match event.route.get() {
            Some(route) => &**route,
            None => self.open_route::<E>(event)?,
        };
        // SAFETY: what is bound of `E` has a route of `E`, which `open_route` put there.
        Ok(unsafe { Sender::new(route) })
    }

    /// Gives an event back that found no way to its lane.
    #[cold]
    pub(super) fn refuse<E: Event>(&self, event: E, kind: SendErrorKind) -> SendError<E> {
        self.count_refused::<E>(1);
        SendError { event, kind }
    }

    /// Gives events back that found no way to their lane.
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

    /// The way over the lane of this name.
    pub(super) fn sender_over<E: Event>(&self, lane: &str) -> Result<Sender<'_, E>, SendErrorKind> {
        if lane == E::META.lane.unwrap_or(Lane::DEFAULT) {
            return self.sender::<E>();
        }
        let event = self.inner.tables.event::<E>().ok_or(SendErrorKind::UnknownEvent)?;
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
