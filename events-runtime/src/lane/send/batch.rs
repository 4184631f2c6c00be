//! Sending many events at once.

use arrayvec::ArrayVec;
use events_core::event::Event;

use super::error::{SendBatchError, SendError};
use super::sender::{Outgoing, Sender};
use crate::lane::current::is_because_of_letter;
use crate::lane::queue::Queue;
use crate::lane::schedule::Scheduler;

/// The most events that are sent with one reservation.
const CHUNK: usize = 64;

impl<E: Event> Sender<'_, E> {
    /// Sends many events, with one reservation for as many as there is room for.
    pub(crate) fn send_batch(self, events: impl IntoIterator<Item = E>) -> Result<usize, SendBatchError<E>> {
        // A chunk is on the stack while positions are reserved, so large events are sent one by one.
        if const { size_of::<E>() > 256 } || is_because_of_letter() {
            self.send_each(events.into_iter())
        } else if const { E::META.key.is_some() } {
            self.send_chunks(events, |event| self.outgoing(event, None), |out| out)
        } else {
            self.send_chunks(events, |event| event, |event| Outgoing::without_key(event))
        }
    }

    /// Sends one after the other.
    fn send_each(self, mut events: impl Iterator<Item = E>) -> Result<usize, SendBatchError<E>> {
        let mut sent = 0;
        while let Some(event) = events.next() {
            self.send(event, None).map_err(|error| self.unsent(sent, error, events.by_ref()))?;
            sent += 1;
        }
        Ok(sent)
    }

    /// The error of a batch of which one event was rejected, before these.
    #[cold]
    fn unsent(self, sent: usize, error: SendError<E>, rest: impl Iterator<Item = E>) -> SendBatchError<E> {
        let unsent: Vec<E> = std::iter::once(error.event).chain(rest).collect();
        self.count_rejected(unsent.len() as u64 - 1);
        SendBatchError { sent, unsent, kind: error.kind }
    }

    /// Sends as many together as there is room for. `prepare` does what has to be done before positions are reserved: the lane
    /// waits until they are written, and the iterator and the hash of a key are foreign code.
    #[inline]
    fn send_chunks<T>(
        self,
        events: impl IntoIterator<Item = E>,
        prepare: impl Fn(E) -> T,
        outgoing: impl Fn(T) -> Outgoing<E>,
    ) -> Result<usize, SendBatchError<E>> {
        let queue = self.queue();
        let mut events = events.into_iter();
        let mut sent = 0;
        loop {
            let chunk: ArrayVec<T, CHUNK> = events.by_ref().take(CHUNK).map(&prepare).collect();
            let mut count = chunk.len();
            if count == 0 {
                return Ok(sent);
            }
            let mut chunk = chunk.into_iter();
            while count > 0 {
                match queue.ring.reserve(count as u32) {
                    Ok(mut places) => {
                        let room = places.len();
                        let wake = WakeWorkers { lane: self.lane(), queue, events: room };
                        for prepared in chunk.by_ref().take(room) {
                            self.write(&mut places, outgoing(prepared));
                        }
                        // The reservation is dropped first, so that a worker that is woken finds the events.
                        drop((places, wake));
                        (sent, count) = (sent + room, count - room);
                    }
                    Err(_) => {
                        // Sends one event, which applies the overflow policy. If there is room after that, the others
                        // are sent together.
                        let Some(prepared) = chunk.next() else { break };
                        if let Err(error) = self.send_outgoing(outgoing(prepared)) {
                            let rest = chunk.map(|prepared| outgoing(prepared).event).chain(events);
                            return Err(self.unsent(sent, error, rest));
                        }
                        (sent, count) = (sent + 1, count - 1);
                    }
                }
            }
        }
    }
}

/// Wakes workers for the sent events when it is dropped.
struct WakeWorkers<'a> {
    lane: &'a Scheduler,
    queue: &'a Queue,
    events: usize,
}

impl Drop for WakeWorkers<'_> {
    fn drop(&mut self) {
        self.queue.gauge.rose(|| self.queue.ring.len());
        // The reservation was a sequentially consistent read-modify-write.
        self.lane.idle.wake_ordered(self.events);
    }
}
