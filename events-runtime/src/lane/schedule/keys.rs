//! Which keys are taken, and what waits for them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use slab::Slab;

use super::job::Job;
use crate::lane::queue::Key;

/// A key is held from the start of one of its jobs until that job is over. Later jobs of the key wait here, in order.
///
/// The lines of all keys share one memory, which grows to the most that ever waited. After that nothing is allocated,
/// however the events fall on their keys.
#[derive(Default)]
pub(super) struct Keys {
    taken: HashMap<Key, Option<Line>, BuildHasherDefault<AsItIs>>,
    waiting: Slab<Waiting>,
}

/// The jobs that wait for one key: the indices of the first and the last.
#[derive(Clone, Copy)]
struct Line {
    first: usize,
    last: usize,
}

struct Waiting {
    job: Job,
    /// The index of the next in the line. The last one's means nothing.
    next: usize,
}

impl Line {
    /// Takes out the first. Returns it, and the rest of the line.
    fn step(self, waiting: &mut Slab<Waiting>) -> (Job, Option<Self>) {
        let Waiting { job, next } = waiting.remove(self.first);
        (job, (self.first != self.last).then_some(Self { first: next, ..self }))
    }
}

impl Keys {
    /// Whether no key is taken.
    pub(super) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// How many jobs wait for a key.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes the key for this job, which may begin then; or lets it wait for the key, and gives nothing back.
    pub(super) fn begin(&mut self, key: Key, job: Job) -> Option<Job> {
        let mut taken = match self.taken.entry(key) {
            Entry::Vacant(free) => {
                free.insert(None);
                return Some(job);
            }
            Entry::Occupied(taken) => taken,
        };
        let place = self.waiting.insert(Waiting { job, next: 0 });
        match taken.get_mut() {
            Some(line) => {
                self.waiting[line.last].next = place;
                line.last = place;
            }
            none => *none = Some(Line { first: place, last: place }),
        }
        None
    }

    /// Takes a key that is known to be free.
    pub(super) fn hold(&mut self, key: Key) {
        self.taken.entry(key).or_default();
    }

    /// Ends the job that has the key. The one that waited longest has it next, and is returned.
    pub(super) fn end(&mut self, key: Key) -> Option<Job> {
        let Entry::Occupied(mut taken) = self.taken.entry(key) else { return None };
        let Some(line) = *taken.get() else {
            taken.remove();
            return None;
        };
        let (job, rest) = line.step(&mut self.waiting);
        *taken.get_mut() = rest;
        Some(job)
    }

    /// All that waits.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Job> {
        self.waiting.iter().map(|(_, place)| &place.job)
    }

    /// Takes out all that waits, a key's in order.
    pub(super) fn clear(&mut self) -> Vec<Job> {
        let mut all = Vec::with_capacity(self.waiting());
        for (_, mut rest) in self.taken.drain() {
            while let Some(line) = rest {
                let (job, after) = line.step(&mut self.waiting);
                all.push(job);
                rest = after;
            }
        }
        all
    }
}

/// Keys are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
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
