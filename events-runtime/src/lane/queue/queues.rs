//! The queues of a lane, one for each urgency, and how messages are taken out of them.

use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::Arc;

use super::gauge::DepthGauge;
use super::message::{Body, Message};
use super::message_type::TypeRef;
use super::ring::{Consumer, Ring};
use super::urgency::{Shares, URGENCIES};
use super::waiters::Waiters;
use crate::door::Panics;
use crate::lane::config::LaneConfig;

/// The queue of one urgency, as senders see it.
pub(crate) struct Queue {
    pub(in crate::lane) ring: Ring<Body>,
    /// The senders that wait for room.
    pub(in crate::lane) room: Waiters,
    pub(in crate::lane) gauge: DepthGauge,
}

/// The queues of a lane, the most urgent first.
pub(crate) struct Queues([Queue; 3]);

/// The right to take messages from the queues of a lane. There is one, and the lane's lock guards it.
pub(in crate::lane) struct Receiver {
    consumers: [Consumer; 3],
    shares: Shares,
}

impl Queues {
    /// Makes empty queues and their one receiver. `None` if the system has no memory for them.
    pub(in crate::lane) fn new(settings: &LaneConfig, panics: &Arc<Panics>) -> Option<(Self, Receiver)> {
        let [high, normal, low] = URGENCIES.map(|urgency| {
            let (ring, consumer) = Ring::new(settings.capacity)?;
            let gauge = DepthGauge::new(settings.watermarks.clone(), urgency, panics.clone());
            Some((Queue { ring, room: Waiters::fifo(), gauge }, consumer))
        });
        let ((high, first), (normal, second), (low, third)) = (high?, normal?, low?);
        let receiver = Receiver { consumers: [first, second, third], shares: Shares::new() };
        Some((Self([high, normal, low]), receiver))
    }

    #[inline(always)]
    pub(in crate::lane) fn get(&self, level: usize) -> &Queue {
        &self.0[level]
    }

    pub(in crate::lane) fn iter(&self) -> impl Iterator<Item = &Queue> {
        self.0.iter()
    }

    /// Whether all queues are empty.
    pub(in crate::lane) fn is_empty(&self) -> bool {
        self.0.iter().all(|queue| queue.ring.is_empty())
    }

    /// How many messages are in the queues.
    pub(in crate::lane) fn len(&self) -> usize {
        self.0.iter().map(|queue| queue.ring.len()).sum()
    }

    /// How many messages were ever put into the queues.
    pub(in crate::lane) fn sent(&self) -> u64 {
        self.0.iter().map(|queue| queue.ring.sent()).sum()
    }

    fn waits(&self, level: usize) -> bool {
        !self.0[level].ring.is_empty()
    }

    /// Takes the next message, by urgency.
    pub(in crate::lane) fn take(&self, receiver: &mut Receiver) -> Option<Message> {
        // A position that is reserved and not written yet does not keep messages of another urgency waiting.
        let mut tried = [false; 3];
        loop {
            let (level, _) = receiver.shares.next(|level| !tried[level] && self.waits(level))?;
            let (ring, consumer) = (&self.0[level].ring, &mut receiver.consumers[level]);
            let Some(place) = ring.peek(consumer) else {
                tried[level] = true;
                continue;
            };
            // SAFETY: `peek` has just returned this place.
            let message = unsafe { take_out(ring, consumer, place) };
            receiver.shares.took(level, 1);
            return Some(message);
        }
    }

    /// Moves up to `most` messages, by urgency, each to the place that `place` gives for its number, and calls `moved` with
    /// number and type. Returns how many.
    ///
    /// # Safety
    /// What `place` gives is valid for writes of a message, and needs no drop.
    #[inline]
    pub(in crate::lane) unsafe fn take_many(
        &self,
        receiver: &mut Receiver,
        most: usize,
        mut place: impl FnMut(usize) -> *mut Message,
        mut moved: impl FnMut(usize, TypeRef),
    ) -> usize {
        let mut taken = 0;
        let mut tried = [false; 3];
        while taken < most {
            let next = receiver.shares.next(|level| !tried[level] && self.waits(level));
            let Some((level, share)) = next else { break };
            let (ring, consumer) = (&self.0[level].ring, &mut receiver.consumers[level]);
            // Shares apply only if messages of more than one urgency wait.
            let alone = (0..3).all(|other| other == level || !self.waits(other));
            let room = if alone { most - taken } else { (share as usize).min(most - taken) };
            let mut count = 0;
            while count < room
                && let Some(from) = ring.peek(consumer)
            {
                // SAFETY: `peek` has returned a written message, which is moved out once, before `advance`.
                unsafe {
                    let to = place(taken + count);
                    Message::move_out(from, to);
                    moved(taken + count, (*to).type_ref());
                    ring.advance(consumer);
                }
                count += 1;
            }
            tried[level] = count < room;
            receiver.shares.took(level, count as u32);
            taken += count;
        }
        taken
    }

    /// Takes the oldest message of one urgency.
    pub(in crate::lane) fn take_oldest(&self, receiver: &mut Receiver, level: usize) -> Option<Message> {
        let (ring, consumer) = (&self.0[level].ring, &mut receiver.consumers[level]);
        let place = ring.peek(consumer)?;
        // SAFETY: `peek` has just returned this place.
        let message = unsafe { take_out(ring, consumer, place) };
        ring.publish(consumer);
        Some(message)
    }

    /// Makes the room of all taken messages available to senders. Returns how much, by urgency.
    pub(in crate::lane) fn publish(&self, receiver: &mut Receiver) -> [usize; 3] {
        let mut freed = [0; 3];
        for ((queue, consumer), freed) in self.0.iter().zip(&mut receiver.consumers).zip(&mut freed) {
            *freed = queue.ring.publish(consumer);
        }
        freed
    }

    /// Wakes as many waiting senders as messages were taken.
    pub(in crate::lane) fn wake_senders(&self, freed: [usize; 3]) {
        for (queue, freed) in self.0.iter().zip(freed).filter(|(_, freed)| *freed > 0) {
            // The store in `publish` is sequentially consistent.
            queue.room.wake_ordered(freed);
            queue.gauge.fell(|| queue.ring.len());
        }
    }

    /// Wakes all senders that wait on a queue that has room.
    pub(in crate::lane) fn wake_all_senders(&self) {
        for queue in &self.0 {
            if !queue.ring.is_full() {
                queue.room.wake_fenced(usize::MAX);
            }
            queue.gauge.fell(|| queue.ring.len());
        }
    }

    /// How many messages were ever put in, and how many of them were not taken yet, at one moment.
    pub(in crate::lane) fn count(&self, receiver: &Receiver) -> (u64, u64) {
        let counts =
            self.0.iter().zip(&receiver.consumers).map(|(queue, consumer)| queue.ring.count(consumer));
        counts.fold((0, 0), |(put, inside), (more, more_inside)| (put + more, inside + more_inside))
    }

    /// How many positions of each queue were ever reserved, and how many the workers have passed.
    pub(in crate::lane) fn positions(&self, receiver: &Receiver) -> [(u64, u64); 3] {
        std::array::from_fn(|level| self.0[level].ring.position(&receiver.consumers[level]))
    }

    /// Calls `see` with every message that is not taken yet. Waits for those that are being written. Returns how many
    /// were taken before.
    pub(in crate::lane) fn for_each_waiting(
        &self,
        receiver: &mut Receiver,
        mut see: impl FnMut(&Body),
    ) -> u64 {
        let rings = self.0.iter().zip(&mut receiver.consumers);
        rings.map(|(queue, consumer)| queue.ring.for_each_waiting(consumer, &mut see)).sum()
    }

    /// Refuses senders from outside from now on.
    pub(in crate::lane) fn close(&self) {
        self.0.iter().for_each(|queue| queue.ring.close());
    }

    /// Refuses all senders from now on.
    pub(in crate::lane) fn seal(&self) {
        self.0.iter().for_each(|queue| queue.ring.seal());
    }
}

/// Moves the message out of its place.
///
/// # Safety
/// `peek` has just returned this place.
unsafe fn take_out(ring: &Ring<Body>, consumer: &mut Consumer, place: NonNull<Body>) -> Message {
    let mut message = MaybeUninit::uninit();
    // SAFETY: `place` holds a written message, which is not used again, because of `advance`.
    unsafe {
        Message::move_out(place, message.as_mut_ptr());
        ring.advance(consumer);
        message.assume_init()
    }
}
