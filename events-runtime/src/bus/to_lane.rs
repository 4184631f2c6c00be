use std::panic::Location;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::Bus;
use super::send::located;
use crate::lane::{Overflow, SendBatchError, SendError};

/// Sends to a lane that is chosen by name. [`Bus::to`] makes one.
#[derive(Clone, Copy, Debug)]
#[must_use = "an event is sent by a method of it"]
pub struct ToLane<'a> {
    pub(super) bus: &'a Bus,
    pub(super) lane: &'a str,
}

impl Bus {
    /// Chooses a lane by name for what is sent through the value that this returns, in place of the event's own.
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
    /// Events of one key keep their order on each lane, and not between lanes.
    pub fn to<'a>(&'a self, lane: &'a str) -> ToLane<'a> {
        ToLane { bus: self, lane }
    }
}

impl ToLane<'_> {
    /// As [`Bus::send`].
    ///
    /// # Errors
    /// As [`Bus::send`]; [`UnknownLane`](crate::lane::SendErrorKind::UnknownLane) where the bus has no such lane.
    pub fn send<E: Event>(self, event: E) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send(event, None),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// As [`Bus::send_with`].
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

    /// As [`Bus::try_send`].
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn try_send<E: Event>(self, event: E) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_or(event, Overflow::Reject),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// As [`Bus::send_after`].
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_after<E: Event>(self, event: E, delay: Duration) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_after(event, delay, None),
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// As [`Bus::send_async`].
    ///
    /// # Cancel safety
    /// As [`Bus::send_async`].
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_async<E: Event>(self, event: E) -> Result<(), SendError<E>> {
        match self.bus.sender_over::<E>(self.lane) {
            Ok(sender) => sender.send_async(event).await,
            Err(kind) => Err(self.bus.refuse(event, kind)),
        }
    }

    /// As [`Bus::send_batch`].
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
