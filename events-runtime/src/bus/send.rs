use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::Bus;
use super::problem::BuildProblem;
use super::tables::BoundEvent;
use crate::lane::{
    Host, LaneConfig, OpenError, Overflow, Route, Scheduler, SendBatchError, SendError, SendErrorKind, Sender,
};

/// Sending: the same handlers, run later.
impl Bus {
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
    /// [`depth`](crate::LaneHandle::depth) counts them. After the delay the event is handled before those in the queue, and in the order
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

    #[inline(always)]
    fn sender<E: Event>(&self) -> Result<Sender<'_, E>, SendErrorKind> {
        let Some(event) = self.inner.tables.event(E::__table().any()) else {
            return Err(SendErrorKind::UnknownEvent);
        };
        let route = match event.route.get() {
            Some(route) => &**route,
            None => self.open_route::<E>(event)?,
        };
        // SAFETY: the bound event of `E` holds a route of `E`, which `open_route::<E>` made.
        Ok(unsafe { Sender::new(route) })
    }

    /// Returns an event that did not reach its lane, and counts it as rejected.
    #[cold]
    pub(super) fn refuse<E: Event>(&self, event: E, kind: SendErrorKind) -> SendError<E> {
        self.count_refused::<E>(1);
        SendError { event, kind }
    }

    /// Returns events that did not reach their lane, and counts them as rejected.
    #[cold]
    pub(super) fn refuse_batch<E: Event>(&self, unsent: Vec<E>, kind: SendErrorKind) -> SendBatchError<E> {
        self.count_refused::<E>(unsent.len() as u64);
        SendBatchError { sent: 0, unsent, kind }
    }

    /// Counts events as rejected, on the lane of their event if it is open.
    fn count_refused<E: Event>(&self, events: u64) {
        self.inner.lanes.count_rejected(E::META.lane.unwrap_or(LaneConfig::DEFAULT), events);
    }

    #[cold]
    #[inline(never)]
    fn open_route<'a, E: Event>(&'a self, event: &'a BoundEvent) -> Result<&'a Route, SendErrorKind> {
        // `build` has checked that the lane of each event exists.
        let lane = self.open_lane::<E>(E::META.lane.unwrap_or(LaneConfig::DEFAULT))?;
        let route = self.new_route::<E>(lane)?;
        Ok(event.route.get_or_init(|| Box::new(route)))
    }

    /// Opens the lane of this name for an event of type `E`.
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

    /// A sender to the lane of this name.
    pub(super) fn sender_over<E: Event>(&self, lane: &str) -> Result<Sender<'_, E>, SendErrorKind> {
        if lane == E::META.lane.unwrap_or(LaneConfig::DEFAULT) {
            return self.sender::<E>();
        }
        let event = self.inner.tables.event(E::__table().any()).ok_or(SendErrorKind::UnknownEvent)?;
        let table = self.inner.tables.get_shared::<E>().ok_or(SendErrorKind::UnknownEvent)?;
        let lane = self.open_lane::<E>(lane)?;
        let route = event.route_over(lane, || Route::new(lane.clone(), self.inner.letters.clone(), table));
        // SAFETY: the bound event of `E` holds routes of `E` only.
        Ok(unsafe { Sender::new(route) })
    }

    /// Opens a lane and starts its workers. Returns the problem if that fails.
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

/// The context, with `here` as its location unless it has one.
pub(super) fn located(cx: &Context, here: &'static Location<'static>) -> Context {
    let cx = cx.clone();
    if cx.location().is_some() { cx } else { cx.with_location(here) }
}
