//! How an event gets onto its lane.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use events_core::Context;
use events_core::event::Event;

use super::error::{SendError, SendErrorKind};
use super::room::{drop_oldest, wait_for_room};
use crate::lane::config::Overflow;
use crate::lane::current::{is_because_of_letter, works_for_bus};
use crate::lane::dead_letter::NewLetter;
use crate::lane::execute::Route;
use crate::lane::failure::Reason;
use crate::lane::queue::{Extras, Key, Message, Queue, Refused, Reservation, fold, level};
use crate::lane::schedule::{Scheduler, Stage};

/// Sends events of one type to one lane.
pub(crate) struct Sender<'a, E: Event> {
    route: &'a Route,
    event: PhantomData<fn(E)>,
}

impl<E: Event> Clone for Sender<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Event> Copy for Sender<'_, E> {}

/// An event that is to be queued. Its key is computed before a position is reserved: hashing is foreign code.
pub(super) struct Outgoing<E> {
    pub(super) event: E,
    key: Option<Key>,
    extras: Option<Box<Extras>>,
}

impl<E> Outgoing<E> {
    /// An event that has no key, and with which nothing travels.
    #[inline(always)]
    pub(super) fn without_key(event: E) -> Self {
        Self { event, key: None, extras: None }
    }
}

impl<'a, E: Event> Sender<'a, E> {
    const LEVEL: usize = level(E::META.urgency);

    /// # Safety
    /// The route was made for `E`.
    #[inline(always)]
    pub(crate) unsafe fn new(route: &'a Route) -> Self {
        Self { route, event: PhantomData }
    }

    #[inline(always)]
    pub(super) fn lane(self) -> &'a Arc<Scheduler> {
        self.route.lane()
    }

    #[inline(always)]
    pub(super) fn queue(self) -> &'a Queue {
        self.lane().queues.get(Self::LEVEL)
    }

    /// Sends under the lane's own policy for a full lane.
    #[inline]
    pub(crate) fn send(self, event: E, cx: Option<&Context>) -> Result<(), SendError<E>> {
        self.send_outgoing(self.outgoing(event, cx))
    }

    #[inline(always)]
    pub(super) fn send_outgoing(self, out: Outgoing<E>) -> Result<(), SendError<E>> {
        match self.push(out) {
            Ok(()) => Ok(()),
            Err((out, refused)) => self.overflow(out, refused, self.lane().settings.overflow),
        }
    }

    /// Sends under another policy for a full lane.
    pub(crate) fn send_or(
        self,
        event: E,
        cx: Option<&Context>,
        overflow: Overflow,
    ) -> Result<(), SendError<E>> {
        let out = self.outgoing(event, cx);
        match self.push(out) {
            Ok(()) => Ok(()),
            Err((out, refused)) => self.overflow(out, refused, overflow),
        }
    }

    /// Sends to be handled after a delay.
    pub(crate) fn send_after(
        self,
        event: E,
        delay: Duration,
        cx: Option<&Context>,
    ) -> Result<(), SendError<E>> {
        let out = self.outgoing(event, cx);
        let lane = self.lane();
        let due = lane.settings.clock.after(delay);
        {
            let mut state = lane.lock();
            let refused = match lane.stage() {
                _ if lane.is_runtime_gone() => Some(Refused::Closed),
                Stage::Open => None,
                Stage::Draining if works_for_bus(&lane.quiescence) => None,
                Stage::Draining | Stage::Ended => Some(Refused::Closed),
            };
            let is_full = state.delayed() >= lane.settings.capacity;
            let Some(refused) = refused.or(is_full.then_some(Refused::Full)) else {
                state.add_delayed(due, self.seal(out));
                drop(state);
                // A worker that sleeps until a later time has to look again.
                lane.idle.wake_fenced(1);
                return Ok(());
            };
            drop(state);
            let kind = if refused == Refused::Full { SendErrorKind::Full } else { self.closed() };
            Err(self.reject(out, kind))
        }
    }

    /// The event with all that is queued with it.
    #[inline(always)]
    pub(super) fn outgoing(self, event: E, cx: Option<&Context>) -> Outgoing<E> {
        let extras = if cx.is_some() || is_because_of_letter() { Some(self.extras(cx)) } else { None };
        Outgoing { key: fold(event.__key()), event, extras }
    }

    #[cold]
    fn extras(self, cx: Option<&Context>) -> Box<Extras> {
        let mut cx = cx.map_or_else(Context::new, Context::clone);
        if let Some(time) = self.lane().settings.clock.time_source() {
            // Its deadline passes when the test says so, on every lane that it comes to.
            cx = cx.with_time_source(time);
        }
        self.lane().contexts.put(Extras { cx, from_dead_letter: is_because_of_letter() })
    }

    /// Puts the event into its queue.
    #[inline(always)]
    pub(super) fn push(self, out: Outgoing<E>) -> Result<(), (Outgoing<E>, Refused)> {
        match self.queue().ring.reserve(1) {
            Ok(places) => {
                self.push_to(places, out);
                Ok(())
            }
            Err(refused) => self.push_inside(out, refused),
        }
    }

    /// Puts the event into its queue though the lane is closed, for a handler that runs while its bus is shut down.
    #[cold]
    #[inline(never)]
    fn push_inside(self, out: Outgoing<E>, refused: Refused) -> Result<(), (Outgoing<E>, Refused)> {
        if refused == Refused::Full || !works_for_bus(&self.lane().quiescence) {
            return Err((out, refused));
        }
        match self.queue().ring.reserve_inside(1) {
            Ok(places) => {
                self.push_to(places, out);
                Ok(())
            }
            Err(refused) => Err((out, refused)),
        }
    }

    #[inline(always)]
    fn push_to(self, mut places: Reservation<'_>, out: Outgoing<E>) {
        self.write(&mut places, out);
        let queue = self.queue();
        queue.gauge.rose(|| queue.ring.len());
        // The reservation was a sequentially consistent read-modify-write.
        self.lane().idle.wake_ordered(1);
    }

    /// Writes the event into the next of the places.
    #[inline(always)]
    pub(super) fn write(self, places: &mut Reservation<'_>, out: Outgoing<E>) {
        let Outgoing { event, key, extras } = out;
        // SAFETY: the ring shows a place that is valid and holds nothing; the route was made for `E`.
        unsafe { places.write_next(|to| Message::write(to, self.route.type_ref(), key, extras, event)) };
    }

    fn seal(&self, out: Outgoing<E>) -> Message {
        let Outgoing { event, key, extras } = out;
        // SAFETY: the route was made for `E`.
        unsafe { Message::seal(self.route.type_ref(), key, extras, event) }
    }

    /// What is done with an event that was refused, by the policy for a full lane.
    #[cold]
    #[inline(never)]
    pub(super) fn overflow(
        self,
        mut out: Outgoing<E>,
        mut refused: Refused,
        overflow: Overflow,
    ) -> Result<(), SendError<E>> {
        let deadline = match overflow {
            Overflow::BlockFor(timeout) => std::time::Instant::now().checked_add(timeout),
            _ => None,
        };
        loop {
            let kind = match (refused, overflow) {
                (Refused::Closed, _) => Some(self.closed()),
                (Refused::Full, Overflow::Reject) => Some(SendErrorKind::Full),
                (Refused::Full, Overflow::DropNewest) => {
                    return self.drop_newest(out);
                }
                (Refused::Full, Overflow::DropOldest) => {
                    drop_oldest(self.lane(), Self::LEVEL);
                    None
                }
                (Refused::Full, _) => wait_for_room(self.lane(), self.queue(), deadline).err(),
            };
            if let Some(kind) = kind {
                return Err(self.reject(out, kind));
            }
            match self.push(out) {
                Ok(()) => return Ok(()),
                Err(back) => (out, refused) = back,
            }
        }
    }

    /// The error of a send to a closed lane.
    fn closed(&self) -> SendErrorKind {
        if self.lane().is_runtime_gone() {
            SendErrorKind::NoWorker(std::io::ErrorKind::NotConnected)
        } else {
            SendErrorKind::Closed
        }
    }

    /// Gives the event back.
    pub(super) fn reject(&self, out: Outgoing<E>, kind: SendErrorKind) -> SendError<E> {
        self.count_rejected(1);
        if let Some(extras) = out.extras {
            self.lane().contexts.give_back(extras);
        }
        SendError { event: out.event, kind }
    }

    pub(super) fn count_rejected(&self, events: u64) {
        self.lane().refused.rejected.fetch_add(events, Ordering::Relaxed);
    }

    /// Makes a dead letter of the event. Counted under the lane's lock: once the lane has ended, its account stands.
    fn drop_newest(&self, out: Outgoing<E>) -> Result<(), SendError<E>> {
        let (lane, letters) = (self.lane(), self.route.letters());
        let state = lane.lock();
        if lane.stage() == Stage::Ended {
            drop(state);
            return Err(self.reject(out, self.closed()));
        }
        let message = Arc::new(self.seal(out));
        lane.refused.dropped_newest.fetch_add(1, Ordering::Relaxed);
        let announcement = letters.keep(lane, NewLetter::new(&message, Reason::DroppedNewest));
        drop(state);
        letters.announce(lane, announcement);
        Ok(())
    }
}
