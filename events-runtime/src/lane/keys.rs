//! Which keys are taken, and what waits for them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use slab::Slab;

use super::envelope::Key;
use super::work::Work;

/// A key is taken from when one of its events begins until it ends; what comes meanwhile waits here, in order.
///
/// The lines behind all keys share one memory, which grows to the most that ever waited: once it has, however the events
/// fall on their keys, nothing is allocated.
#[derive(Default)]
pub(super) struct Keys {
    taken: HashMap<Key, Option<Line>, BuildHasherDefault<AsItIs>>,
    places: Slab<Place>,
}

/// Who waits behind a key: the places of the first and the last.
#[derive(Clone, Copy)]
struct Line {
    first: usize,
    last: usize,
}

struct Place {
    work: Work,
    /// The place of the next in the line. The last one's means nothing.
    next: usize,
}

impl Line {
    /// Takes out the first. Gives back who waits behind it.
    fn step(self, places: &mut Slab<Place>) -> (Work, Option<Self>) {
        let Place { work, next } = places.remove(self.first);
        (work, (self.first != self.last).then_some(Self { first: next, ..self }))
    }
}

impl Keys {
    /// Whether no key is taken.
    pub(super) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// How many events wait for a key.
    pub(super) fn waiting(&self) -> usize {
        self.places.len()
    }

    /// Takes the key for this work, which may begin then; or lets it wait for the key, and gives nothing back.
    pub(super) fn begin(&mut self, key: Key, work: Work) -> Option<Work> {
        let mut taken = match self.taken.entry(key) {
            Entry::Vacant(free) => {
                free.insert(None);
                return Some(work);
            }
            Entry::Occupied(taken) => taken,
        };
        let place = self.places.insert(Place { work, next: 0 });
        match taken.get_mut() {
            Some(line) => {
                self.places[line.last].next = place;
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

    /// Ends what has the key. What waited longest has it next, and is given back.
    pub(super) fn end(&mut self, key: Key) -> Option<Work> {
        let Entry::Occupied(mut taken) = self.taken.entry(key) else { return None };
        let Some(line) = *taken.get() else {
            taken.remove();
            return None;
        };
        let (work, rest) = line.step(&mut self.places);
        *taken.get_mut() = rest;
        Some(work)
    }

    /// All that waits.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Work> {
        self.places.iter().map(|(_, place)| &place.work)
    }

    /// Takes out all that waits, a key's in order.
    pub(super) fn clear(&mut self) -> Vec<Work> {
        let mut all = Vec::with_capacity(self.waiting());
        for (_, mut rest) in self.taken.drain() {
            while let Some(line) = rest {
                let (work, behind) = line.step(&mut self.places);
                all.push(work);
                rest = behind;
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
