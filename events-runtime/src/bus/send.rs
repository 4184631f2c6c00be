use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::tables::Slot;
use super::{Bus, Inner, Owner};
use crate::lane::{
    Account, DeadLetters, Lane, LaneHandle, Overflow, RouteCell, SendBatchError, SendError, SendErrorKind,
    ShutdownReport, Way,
};

/// Sending: the same handlers, run later.
impl Bus {
    pub(super) fn owned(inner: Arc<Inner>) -> Self {
        let owner = Arc::new(Owner { inner: inner.clone() });
        // A bus that was just made has no owner yet.
        drop(inner.owner.set(Arc::downgrade(&owner)));
        Self { inner, _owner: Some(owner) }
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
        match self.way::<E>() {
            Ok(way) => way.send(event, None),
            Err(kind) => Err(SendError { event, kind }),
        }
    }

    /// Like [`send`](Self::send), with a context that travels along: a copy of its trace, deadline and cancellation. An
    /// event whose time has passed, or that was cancelled, is not handled: it becomes a dead letter.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[inline]
    pub fn send_with<E: Event>(&self, event: E, cx: &Context) -> Result<(), SendError<E>> {
        match self.way::<E>() {
            Ok(way) => way.send(event, Some(cx)),
            Err(kind) => Err(SendError { event, kind }),
        }
    }

    /// Like [`send`](Self::send), and never waits, whatever the lane's policy.
    ///
    /// # Errors
    /// As [`send`](Self::send); a full lane is one.
    #[inline]
    pub fn try_send<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.way::<E>() {
            Ok(way) => way.send_or(event, Overflow::Reject),
            Err(kind) => Err(SendError { event, kind }),
        }
    }

    /// Like [`send`](Self::send), and waits so long for room, whatever the lane's policy.
    ///
    /// # Errors
    /// As [`send`](Self::send); a lane that was full for so long is one.
    pub fn send_timeout<E: Event>(&self, event: E, timeout: Duration) -> Result<(), SendError<E>> {
        match self.way::<E>() {
            Ok(way) => way.send_or(event, Overflow::WaitFor(timeout)),
            Err(kind) => Err(SendError { event, kind }),
        }
    }

    /// Like [`send`](Self::send), and where the policy is to wait for room waits in this task: without limit, so
    /// bound it with a timeout of your runtime. Dropped before it is done, it has sent nothing, and drops the event.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_async<E: Event>(&self, event: E) -> Result<(), SendError<E>> {
        match self.way::<E>() {
            Ok(way) => way.send_async(event).await,
            Err(kind) => Err(SendError { event, kind }),
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
        match self.way::<E>() {
            Ok(way) => way.send_batch(events),
            Err(kind) => Err(SendBatchError { sent: 0, unsent: events.into_iter().collect(), kind }),
        }
    }

    /// A lane of this bus; [`Lane::DEFAULT`] is always there. `None` if there is none of this name, or the system would not
    /// start its workers.
    pub fn lane(&self, name: &str) -> Option<LaneHandle> {
        let core = self.inner.lanes.open(&self.inner, name)?.ok()?.clone();
        Some(LaneHandle { bus: self.clone(), core })
    }

    /// What became of all that was sent, over all lanes.
    pub fn account(&self) -> Account {
        self.lane_accounts().into_values().fold(Account::default(), |sum, lane| sum + lane)
    }

    /// What became of all that was sent, by the names of the lanes. A lane that was never used is missing.
    pub fn lane_accounts(&self) -> BTreeMap<String, Account> {
        self.inner.lanes.accounts(&self.inner)
    }

    /// The events that were given up.
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters { bus: self.clone() }
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
        self.inner.lanes.shutdown(&self.inner, timeout)
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
        self.inner.lanes.shutdown_async(&self.inner, timeout).await
    }

    #[inline(always)]
    fn way<E: Event>(&self) -> Result<Way<'_, E>, SendErrorKind> {
        let Some(slot) = self.inner.tables.slot::<E>() else { return Err(SendErrorKind::UnknownEvent) };
        let cell = match slot.route.get() {
            Some(cell) => &**cell,
            None => self.open_route::<E>(slot)?,
        };
        // SAFETY: the slot is of `E`, and `open_route` put a route of `E` into it.
        Ok(unsafe { Way::new(&self.inner, cell) })
    }

    #[cold]
    #[inline(never)]
    fn open_route<'a, E: Event>(&'a self, slot: &'a Slot) -> Result<&'a RouteCell, SendErrorKind> {
        let inner = &self.inner;
        let table = inner.tables.get_shared::<E>().ok_or(SendErrorKind::UnknownEvent)?;
        let lane = match inner.lanes.open(inner, E::META.lane.unwrap_or(Lane::DEFAULT)) {
            Some(Ok(lane)) => lane,
            Some(Err(error)) => return Err(SendErrorKind::NoWorker(error.kind())),
            // `build` has looked whether each event finds its lane.
            None => return Err(SendErrorKind::UnknownEvent),
        };
        if !lane.runs_async() && (0..table.rows()).any(|row| table.is_async(row)) {
            return Err(SendErrorKind::NeedsRuntime);
        }
        Ok(slot.route.get_or_init(|| Box::new(RouteCell::new(lane.clone(), table))))
    }
}
