//! Sending: how an event gets onto its lane.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as Polling, Poll};
use std::thread;
use std::time::Instant;

use arrayvec::ArrayVec;
use events_core::Context;
use events_core::event::Event;

use super::core::{LaneCore, Queue};
use super::dead_letter::Draft;
use super::envelope::{Envelope, fold};
use super::ring::Refused;
use super::route::{Route, RouteCell};
use super::settings::Overflow;
use super::share::level;
use super::sleep::{Ticket, Waiter, sleep};
use super::trouble::{Reason, Target};
use super::worker;
use crate::bus::Inner;

/// An event that was not sent, and why.
pub struct SendError<E> {
    /// The event.
    pub event: E,
    /// Why it came back.
    pub kind: SendErrorKind,
}

/// Events of a batch that were not sent, and why.
pub struct SendBatchError<E> {
    /// How many were sent before.
    pub sent: usize,
    /// The others, in their order.
    pub unsent: Vec<E>,
    /// Why they came back.
    pub kind: SendErrorKind,
}

/// Why an event came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// The lane is full.
    Full,
    /// The lane was full for as long as the sender would wait.
    TimedOut,
    /// The lane is full, and the sender is one of its workers: it would have waited for itself.
    OwnLane,
    /// The bus was shut down.
    Closed,
    /// The system would not give the lane a worker.
    NoWorker(std::io::ErrorKind),
    /// The event has `async` handlers, and its lane has no runtime: see `Lane::tokio`, of the feature `tokio`.
    NeedsRuntime,
    /// The bus does not know the event: it is of another image of the program, such as a loaded library.
    UnknownEvent,
}

impl fmt::Display for SendErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the lane is full",
            Self::TimedOut => "the lane was full for as long as the sender would wait",
            Self::OwnLane => "the lane is full, and its own worker cannot wait for it",
            Self::Closed => "the bus was shut down",
            Self::NoWorker(kind) => return write!(f, "the lane got no worker: {kind}"),
            Self::NeedsRuntime => {
                "it has `async` handlers and its lane has no runtime: give it one with `.tokio(handle)`"
            }
            Self::UnknownEvent => "the bus does not know this event",
        })
    }
}

impl<E: Event> fmt::Display for SendError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was not sent: {}", E::META.name, self.kind)
    }
}

impl<E: Event> fmt::Debug for SendError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendError({self})")
    }
}

impl<E: Event> std::error::Error for SendError<E> {}

impl<E: Event> fmt::Display for SendBatchError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sent, unsent) = (self.sent, self.unsent.len());
        write!(f, "{unsent} of {} {} were not sent: {}", sent + unsent, E::META.name, self.kind)
    }
}

impl<E: Event> fmt::Debug for SendBatchError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendBatchError({self})")
    }
}

impl<E: Event> std::error::Error for SendBatchError<E> {}

/// The way of an event over its lane: found once for each send.
pub(crate) struct Way<'a, E: Event> {
    inner: &'a Inner,
    cell: &'a RouteCell,
    route: &'a Route<E>,
}

impl<E: Event> Clone for Way<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Event> Copy for Way<'_, E> {}

/// What is to be queued.
struct Parcel<E> {
    event: E,
    cx: Option<Box<Context>>,
}

impl<'a, E: Event> Way<'a, E> {
    const LEVEL: usize = level(E::META.urgency);

    /// # Safety
    /// The cell was made for `E`, in this bus.
    #[inline(always)]
    pub(crate) unsafe fn new(inner: &'a Inner, cell: &'a RouteCell) -> Self {
        // SAFETY: passed on to the caller.
        Self { inner, cell, route: unsafe { cell.route_unchecked() } }
    }

    #[inline(always)]
    fn lane(&self) -> &'a Arc<LaneCore> {
        self.cell.lane()
    }

    #[inline(always)]
    fn queue(&self) -> &'a Queue {
        &self.lane().queues[Self::LEVEL]
    }

    /// Sends by the lane's own policy.
    #[inline]
    pub(crate) fn send(self, event: E, cx: Option<&Context>) -> Result<(), SendError<E>> {
        let cx = cx.map(|cx| self.lane().contexts.copy(cx));
        match self.push(Parcel { event, cx }) {
            Ok(()) => Ok(()),
            Err((parcel, refused)) => self.overflow(parcel, refused, self.lane().settings.overflow),
        }
    }

    /// Sends by another policy.
    pub(crate) fn send_or(self, event: E, overflow: Overflow) -> Result<(), SendError<E>> {
        match self.push(Parcel { event, cx: None }) {
            Ok(()) => Ok(()),
            Err((parcel, refused)) => self.overflow(parcel, refused, overflow),
        }
    }

    #[inline(always)]
    fn push(&self, parcel: Parcel<E>) -> Result<(), (Parcel<E>, Refused)> {
        let key = fold(parcel.event.__key());
        let queue = self.queue();
        let mut places = match queue.ring.reserve(1) {
            Ok(places) => places,
            Err(refused) => return Err((parcel, refused)),
        };
        let Parcel { event, cx } = parcel;
        // SAFETY: the ring shows a place that is valid and holds nothing; the cell is the route's own, in this bus.
        unsafe {
            places.write_next(|to| {
                Envelope::write(to, NonNull::from(self.cell), self.route, key, cx, event);
            });
        }
        queue.gauge.rose(|| queue.ring.len());
        // The reservation was a sequentially consistent read-modify-write.
        self.lane().idle.wake_behind_order(1);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn overflow(
        self,
        mut parcel: Parcel<E>,
        mut refused: Refused,
        overflow: Overflow,
    ) -> Result<(), SendError<E>> {
        let deadline = match overflow {
            Overflow::WaitFor(timeout) => Instant::now().checked_add(timeout),
            _ => None,
        };
        loop {
            let kind = match (refused, overflow) {
                (Refused::Closed, _) => Some(SendErrorKind::Closed),
                (Refused::Full, Overflow::Reject) => Some(SendErrorKind::Full),
                (Refused::Full, Overflow::DropNewest) => {
                    self.drop_newest(parcel);
                    return Ok(());
                }
                (Refused::Full, Overflow::DropOldest) => {
                    drop_oldest(self.inner, self.lane(), Self::LEVEL);
                    None
                }
                (Refused::Full, _) => wait_for_room(self.lane(), self.queue(), deadline).err(),
            };
            if let Some(kind) = kind {
                return Err(self.reject(parcel, kind));
            }
            match self.push(parcel) {
                Ok(()) => return Ok(()),
                Err(back) => (parcel, refused) = back,
            }
        }
    }

    fn reject(&self, parcel: Parcel<E>, kind: SendErrorKind) -> SendError<E> {
        self.lane().counts.rejected.fetch_add(1, Ordering::Relaxed);
        if let Some(cx) = parcel.cx {
            self.lane().contexts.give_back(cx);
        }
        SendError { event: parcel.event, kind }
    }

    fn drop_newest(&self, parcel: Parcel<E>) {
        let Parcel { event, cx } = parcel;
        let key = fold(event.__key());
        // SAFETY: the cell is the route's own, in this bus.
        let envelope = unsafe { Envelope::seal(NonNull::from(self.cell), self.route, key, cx, event) };
        self.lane().counts.dropped_newest.fetch_add(1, Ordering::Relaxed);
        let draft = Draft::of(&Arc::new(envelope), Target::All, Reason::DroppedNewest, Vec::new());
        self.inner.letters.add(self.inner, &self.lane().settings.name, draft);
    }

    /// Sends many, with one reservation for as many as there is room for.
    pub(crate) fn send_batch(self, events: impl IntoIterator<Item = E>) -> Result<usize, SendBatchError<E>> {
        // They lie on the stack while their places are reserved.
        if const { size_of::<E>() <= 256 } {
            self.send_chunks::<64>(events)
        } else {
            self.send_chunks::<1>(events)
        }
    }

    fn send_chunks<const CHUNK: usize>(
        self,
        events: impl IntoIterator<Item = E>,
    ) -> Result<usize, SendBatchError<E>> {
        let queue = self.queue();
        let mut events = events.into_iter();
        let mut sent = 0;
        loop {
            // Before places are reserved: they hold up the lane until they are written, and the iterator is foreign code.
            let chunk: ArrayVec<E, CHUNK> = events.by_ref().take(CHUNK).collect();
            let mut count = chunk.len();
            if count == 0 {
                return Ok(sent);
            }
            let mut chunk = chunk.into_iter();
            while count > 0 {
                match queue.ring.reserve(count as u32) {
                    Ok(places) => {
                        let room = places.len();
                        // Dropped behind the places, also where a key's hash panics: some may be written.
                        let told = Told { lane: self.lane(), queue, events: room };
                        let mut places = places;
                        for event in chunk.by_ref().take(room) {
                            let key = fold(event.__key());
                            // SAFETY: as in `push`.
                            unsafe {
                                places.write_next(|to| {
                                    let cell = NonNull::from(self.cell);
                                    Envelope::write(to, cell, self.route, key, None, event);
                                });
                            }
                        }
                        drop((places, told));
                        (sent, count) = (sent + room, count - room);
                    }
                    Err(refused) => {
                        // One goes the way of an overflow; if there is room again behind it, the rest go together.
                        let Some(event) = chunk.next() else { break };
                        let parcel = Parcel { event, cx: None };
                        if let Err(error) = self.overflow(parcel, refused, self.lane().settings.overflow) {
                            let rest = chunk.chain(events);
                            let unsent: Vec<E> = std::iter::once(error.event).chain(rest).collect();
                            let more = unsent.len() as u64 - 1;
                            self.lane().counts.rejected.fetch_add(more, Ordering::Relaxed);
                            return Err(SendBatchError { sent, unsent, kind: error.kind });
                        }
                        (sent, count) = (sent + 1, count - 1);
                    }
                }
            }
        }
    }

    /// Sends, and waits for room in this task.
    pub(crate) fn send_async(self, event: E) -> SendAsync<'a, E> {
        SendAsync { way: self, parcel: Some(Parcel { event, cx: None }), ticket: None }
    }
}

/// Tells of events that were sent, when it is dropped.
struct Told<'a> {
    lane: &'a LaneCore,
    queue: &'a Queue,
    events: usize,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.queue.gauge.rose(|| self.queue.ring.len());
        // The reservation was a sequentially consistent read-modify-write.
        self.lane.idle.wake_behind_order(self.events);
    }
}

/// Drops the oldest event of a queue, if it still has one.
fn drop_oldest(inner: &Inner, lane: &LaneCore, level: usize) {
    let oldest = {
        let mut claims = lane.lock();
        let oldest = claims.take_oldest(&lane.queues[level].ring, level);
        lane.counts.dropped_oldest.fetch_add(u64::from(oldest.is_some()), Ordering::Relaxed);
        oldest
    };
    match oldest {
        Some(envelope) => {
            let draft = Draft::of(&Arc::new(envelope), Target::All, Reason::DroppedOldest, Vec::new());
            inner.letters.add(inner, &lane.settings.name, draft);
        }
        // All its places are reserved and none is written yet.
        None => thread::yield_now(),
    }
}

/// How often a sender lets others have the processor before it sleeps.
const YIELDS: u32 = 32;

/// Waits until there may be room.
fn wait_for_room(lane: &LaneCore, queue: &Queue, deadline: Option<Instant>) -> Result<(), SendErrorKind> {
    if worker::works_for(lane) {
        return Err(SendErrorKind::OwnLane);
    }
    // Workers that keep up make room within microseconds: less than it costs to sleep and to be woken.
    for _ in 0..YIELDS {
        thread::yield_now();
        if !queue.ring.is_full() || queue.ring.is_closed() {
            return Ok(());
        }
    }
    let ticket = queue.room.announce(Waiter::this_thread());
    if !queue.ring.is_full() || queue.ring.is_closed() {
        queue.room.retract(&ticket);
        return Ok(());
    }
    if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
        // Woken at the last moment, it was for room that nobody else was told of.
        let was_woken = !queue.room.retract(&ticket);
        return if was_woken { Ok(()) } else { Err(SendErrorKind::TimedOut) };
    }
    sleep(deadline);
    queue.room.retract(&ticket);
    Ok(())
}

/// A send that waits for room in its task. Dropped before it is done, it has sent nothing, and drops the event.
#[must_use = "an event is sent when the future is awaited"]
pub(crate) struct SendAsync<'a, E: Event> {
    way: Way<'a, E>,
    parcel: Option<Parcel<E>>,
    ticket: Option<Ticket>,
}

// What it holds is only ever moved out whole.
impl<E: Event> Unpin for SendAsync<'_, E> {}

impl<E: Event> Future for SendAsync<'_, E> {
    type Output = Result<(), SendError<E>>;

    /// # Panics
    /// If polled again when it was done.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let (way, room) = (this.way, &this.way.queue().room);
        let mut parcel = this.parcel.take().expect("a send is not polled when it is done");
        loop {
            let refused = match way.push(parcel) {
                Ok(()) => return Poll::Ready(Ok(())),
                Err((back, refused)) => {
                    parcel = back;
                    refused
                }
            };
            let waits = matches!(way.lane().settings.overflow, Overflow::Wait | Overflow::WaitFor(_));
            if refused == Refused::Closed || !waits {
                let overflow = way.lane().settings.overflow;
                return Poll::Ready(way.overflow(parcel, refused, overflow));
            }
            if worker::works_for(way.lane()) {
                return Poll::Ready(Err(way.reject(parcel, SendErrorKind::OwnLane)));
            }
            match &this.ticket {
                Some(ticket) if room.stands(ticket, cx.waker()) => {
                    this.parcel = Some(parcel);
                    return Poll::Pending;
                }
                // Announced, it tries once more.
                _ => this.ticket = Some(room.announce(Waiter::Task(cx.waker().clone()))),
            }
        }
    }
}

impl<E: Event> Drop for SendAsync<'_, E> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            let room = &self.way.queue().room;
            let was_woken = !room.retract(&ticket);
            // Woken for room that it did not take, it passes the word on.
            if was_woken && self.parcel.is_some() {
                room.wake_fenced(1);
            }
        }
    }
}
