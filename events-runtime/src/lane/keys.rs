//! Which keys are taken, and what waits for them.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use super::envelope::Key;
use super::work::Work;

/// A key is taken from when one of its events begins until it ends; what comes meanwhile waits here, in order.
#[derive(Default)]
pub(super) struct Keys {
    taken: HashMap<Key, VecDeque<Work>, BuildHasherDefault<AsItIs>>,
    waiting: usize,
    /// Memory of queues that ended.
    spare: Vec<VecDeque<Work>>,
}

impl Keys {
    /// Whether no key is taken.
    pub(super) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// How many events wait for a key.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Takes the key for this work, which may begin then; or lets it wait for the key, and gives nothing back.
    pub(super) fn begin(&mut self, key: Key, work: Work) -> Option<Work> {
        match self.taken.entry(key) {
            Entry::Vacant(free) => {
                free.insert(VecDeque::new());
                Some(work)
            }
            Entry::Occupied(mut taken) => {
                if taken.get().capacity() == 0
                    && let Some(spare) = self.spare.pop()
                {
                    *taken.get_mut() = spare;
                }
                taken.get_mut().push_back(work);
                self.waiting += 1;
                None
            }
        }
    }

    /// Takes a key that is known to be free.
    pub(super) fn hold(&mut self, key: Key) {
        self.taken.entry(key).or_default();
    }

    /// Ends what has the key. What waited longest has it next, and is given back.
    pub(super) fn end(&mut self, key: Key) -> Option<Work> {
        let waiting = self.taken.get_mut(&key)?;
        if let Some(next) = waiting.pop_front() {
            self.waiting -= 1;
            return Some(next);
        }
        if let Some(queue) = self.taken.remove(&key)
            && queue.capacity() > 0
            && self.spare.len() < 64
        {
            self.spare.push(queue);
        }
        None
    }

    /// All that waits.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Work> {
        self.taken.values().flatten()
    }

    /// Takes out all that waits.
    pub(super) fn clear(&mut self) -> impl Iterator<Item = Work> + use<> {
        self.waiting = 0;
        std::mem::take(&mut self.taken).into_values().flatten()
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
