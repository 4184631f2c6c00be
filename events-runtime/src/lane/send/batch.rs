//! Sending many events at once.

use arrayvec::ArrayVec;
use events_core::event::Event;

use super::error::SendBatchError;
use super::sender::{Outgoing, Sender};
use crate::lane::queue::Queue;
use crate::lane::schedule::Scheduler;

impl<E: Event> Sender<'_, E> {
    /// Sends many events, with one reservation for as many as there is room for.
    pub(crate) fn send_batch(self, events: impl IntoIterator<Item = E>) -> Result<usize, SendBatchError<E>> {
        // A chunk is on the stack while positions are reserved, so large events are sent one by one.
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
            // Collected before positions are reserved, because the lane waits until they are written, and the iterator
            // and the hashes of keys are foreign code.
            let chunk: ArrayVec<Outgoing<E>, CHUNK> =
                events.by_ref().take(CHUNK).map(|event| self.outgoing(event, None)).collect();
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
                        for out in chunk.by_ref().take(room) {
                            self.write(&mut places, out);
                        }
                        // The reservation is dropped first, so that a worker that is woken finds the events.
                        drop((places, wake));
                        (sent, count) = (sent + room, count - room);
                    }
                    Err(_) => {
                        // Sends one event, which applies the overflow policy. If there is room after that, the others
                        // are sent together.
                        let Some(out) = chunk.next() else { break };
                        if let Err(error) = self.send_outgoing(out) {
                            let rest = chunk.map(|out| out.event).chain(events);
                            let unsent: Vec<E> = std::iter::once(error.event).chain(rest).collect();
                            self.count_rejected(unsent.len() as u64 - 1);
                            return Err(SendBatchError { sent, unsent, kind: error.kind });
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
