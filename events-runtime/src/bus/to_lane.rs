use std::panic::Location;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::Bus;
use super::send::located;
use crate::lane::{Overflow, SendBatchError, SendError};

/// Sends to a lane that is chosen by name, in place of the event's own. [`Bus::to`] makes one.
///
/// It has the same methods to send as [`Bus`], and they behave alike.
///
/// ```
/// use events::LaneConfig;
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct Resize(u32);
/// #[handler]
/// fn resize(_: &Resize) {}
///
/// let bus = Bus::builder().lane(LaneConfig::new("bulk")).build().unwrap();
/// let bulk = bus.to("bulk");
/// bulk.send(Resize(1)).unwrap();
/// bulk.try_send(Resize(2)).unwrap();
/// bulk.send_with(Resize(3), &Context::new().with_meta("tenant", "acme")).unwrap();
/// bulk.send_after(Resize(4), Duration::from_millis(1)).unwrap();
/// bulk.send_batch([Resize(5), Resize(6)]).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// assert_eq!(bus.lane_accounts()["bulk"].handled, 6);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "an event is sent by a method of it"]
pub struct ToLane<'a> {
    pub(super) bus: &'a Bus,
    pub(super) lane: &'a str,
}

impl Bus {
    /// Chooses a lane by name. Events that are sent with the methods of the returned value go to that lane and not to their own.
    ///
    /// ```
    /// use events::prelude::*;
    /// use events::LaneConfig;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Resize { pixels: u64 }
    /// #[handler]
    /// fn resize(_: &Resize) {}
    ///
    /// let bus = Bus::builder().lane(LaneConfig::new("bulk").workers(2)).build().unwrap();
    /// bus.send(Resize { pixels: 1_000 }).unwrap();
    /// bus.to("bulk").send(Resize { pixels: 1_000_000_000 }).unwrap();
    /// bus.drain(Duration::from_secs(5));
    /// assert_eq!(bus.lane("bulk").unwrap().account().handled, 1);
    /// ```
    ///
    /// On each lane, events of one key keep their order. Between two lanes there is no order.
    pub fn to<'a>(&'a self, lane: &'a str) -> ToLane<'a> {
        ToLane { bus: self, lane }
    }
}

impl<'a> ToLane<'a> {
    /// Puts an event on the lane, as [`Bus::send`] does.
    ///
    /// # Errors
    /// As [`Bus::send`], and [`UnknownLane`](crate::lane::SendErrorKind::UnknownLane) if the bus has no such lane.
    ///
    /// ```
    /// use events::lane::SendErrorKind;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Resize(u32);
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let error = bus.to("bulk").send(Resize(1)).unwrap_err();
    /// assert_eq!(error.kind, SendErrorKind::UnknownLane);
    /// ```
    pub fn send<E: Event>(self, event: E) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send(event, None),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// Sends with a context, as [`Bus::send_with`] does.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[track_caller]
    pub fn send_with<E: Event>(self, event: E, cx: &Context) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send(event, Some(&located(cx, Location::caller()))),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// Sends without waiting, as [`Bus::try_send`] does.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn try_send<E: Event>(self, event: E) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_or(event, None, Overflow::Reject),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// Sends without waiting, with a context, as [`Bus::try_send_with`] does.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[track_caller]
    pub fn try_send_with<E: Event>(self, event: E, cx: &Context) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_or(event, Some(&located(cx, Location::caller())), Overflow::Reject),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// Sends an event that is handled after a delay, as [`Bus::send_after`] does.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_after<E: Event>(self, event: E, delay: Duration) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_after(event, delay, None),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// Sends from a task, as [`Bus::send_async`] does.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Resize(u32);
    /// #[handler]
    /// fn resize(_: &Resize) {}
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let bus = Bus::builder().lane(LaneConfig::new("bulk")).build().unwrap();
    /// bus.to("bulk").send_async(Resize(7)).await.unwrap();
    /// assert!(bus.drain_async(Duration::from_secs(5)).await);
    /// assert_eq!(bus.lane_accounts()["bulk"].handled, 1);
    /// # });
    /// ```
    ///
    /// # Cancel safety
    /// As [`Bus::send_async`].
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_async<E: Event>(self, event: E) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_async(event, None).await,
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// Sends from a task with a context, as [`Bus::send_async_with`] does.
    ///
    /// # Cancel safety
    /// As [`Bus::send_async`].
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[track_caller]
    pub fn send_async_with<E: Event>(
        self,
        event: E,
        cx: &Context,
    ) -> impl Future<Output = Result<(), SendError<E>>> + Send + use<'a, E> {
        let cx = located(cx, Location::caller());
        async move {
            match self.bus.sender_over::<E>(self.lane) {
                Ok(sender) => sender.send_async(event, Some(&cx)).await,
                Err(kind) => Err(self.bus.refuse(event, kind)),
            }
        }
    }

    /// Sends many events in their order, as [`Bus::send_batch`] does.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_batch<E: Event>(
        self,
        events: impl IntoIterator<Item = E>,
    ) -> Result<usize, SendBatchError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_batch(events),
            Err(kind) => Err(self.bus.refuse_batch(events.into_iter().collect(), kind)),
        }
    }
}
