//! Which keys are held, and which jobs wait for them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use slab::Slab;

use super::job::Job;
use crate::lane::queue::{Key, Message};

/// A key is held from the start of one of its jobs until that job is over. Later jobs of the key wait here, in order.
///
/// The queues of all keys share one slab, which grows to the greatest number of jobs that ever waited. After that
/// nothing is allocated, however events are distributed over keys.
#[derive(Default)]
pub(super) struct Keys {
    taken: HashMap<Key, Option<KeyQueue>, BuildHasherDefault<IdentityHasher>>,
    waiting: Slab<Waiting>,
}

/// The jobs that wait for one key: a linked list in the slab, from `first` to `last`.
#[derive(Clone, Copy)]
struct KeyQueue {
    first: usize,
    last: usize,
}

struct Waiting {
    job: Job,
    /// The index of the next job of the key. It has no meaning for the last one.
    next: usize,
}

impl KeyQueue {
    /// Removes the first job. Returns it and the rest of the queue.
    fn pop(self, waiting: &mut Slab<Waiting>) -> (Job, Option<Self>) {
        let Waiting { job, next } = waiting.remove(self.first);
        (job, (self.first != self.last).then_some(Self { first: next, ..self }))
    }
}

/// Adds a job to the end of a queue.
fn append(queue: &mut Option<KeyQueue>, waiting: &mut Slab<Waiting>, job: Job) {
    let place = waiting.insert(Waiting { job, next: 0 });
    match queue {
        Some(queue) => {
            waiting[queue.last].next = place;
            queue.last = place;
        }
        None => *queue = Some(KeyQueue { first: place, last: place }),
    }
}

impl Keys {
    /// Whether no key is held.
    pub(super) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// How many jobs wait for a key.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes the key for this job and returns the job, which may begin. If the key is held, the job waits, and the
    /// result is `None`.
    pub(super) fn begin(&mut self, key: Key, job: Job) -> Option<Job> {
        let mut taken = match self.taken.entry(key) {
            Entry::Vacant(free) => {
                free.insert(None);
                return Some(job);
            }
            Entry::Occupied(taken) => taken,
        };
        append(taken.get_mut(), &mut self.waiting, job);
        None
    }

    /// Takes a key that is known to be free.
    pub(super) fn hold(&mut self, key: Key) {
        self.taken.entry(key).or_default();
    }

    /// Ends the job that holds the key. The job that has waited longest holds it next, and is returned.
    pub(super) fn end(&mut self, key: Key) -> Option<Job> {
        let Entry::Occupied(mut taken) = self.taken.entry(key) else { return None };
        let Some(queue) = *taken.get() else {
            taken.remove();
            return None;
        };
        let (job, rest) = queue.pop(&mut self.waiting);
        *taken.get_mut() = rest;
        Some(job)
    }

    /// All jobs that wait.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Job> {
        self.waiting.iter().map(|(_, place)| &place.job)
    }

    /// Removes the messages that wait. Other jobs keep waiting.
    pub(super) fn take_messages(&mut self, messages: &mut Vec<Message>) {
        for queue in self.taken.values_mut() {
            let mut rest = queue.take();
            while let Some(first) = rest {
                let (job, after) = first.pop(&mut self.waiting);
                rest = after;
                match job {
                    Job::Message(message) => messages.push(message),
                    job => append(queue, &mut self.waiting, job),
                }
            }
        }
    }

    /// Removes all jobs that wait, in order for each key.
    pub(super) fn clear(&mut self) -> Vec<Job> {
        let mut all = Vec::with_capacity(self.waiting());
        for (_, mut rest) in self.taken.drain() {
            while let Some(queue) = rest {
                let (job, after) = queue.pop(&mut self.waiting);
                all.push(job);
                rest = after;
            }
        }
        all
    }
}

/// Uses a key as its own hash, since it is one.
#[derive(Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u32(&mut self, hash: u32) {
        self.0 = u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
