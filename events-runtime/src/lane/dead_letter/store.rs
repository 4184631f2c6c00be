use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::{DeadLetter, Draft};
use crate::bus::Inner;
use crate::lane::envelope::Envelope;
use crate::lane::foreign::drop_each;
use crate::sync::Mutex;

/// The dead letters of a bus; when it is full the oldest go.
pub(crate) struct Store {
    capacity: usize,
    kept: Mutex<Kept>,
    pub(super) evicted: AtomicU64,
    pub(super) failed_handlers: AtomicU64,
}

#[derive(Default)]
struct Kept {
    letters: VecDeque<Entry>,
    last_id: u64,
}

/// A dead letter and its event.
pub(super) struct Entry {
    pub(super) letter: Arc<DeadLetter>,
    pub(super) event: Option<Arc<Envelope>>,
}

impl Store {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            kept: Mutex::default(),
            evicted: AtomicU64::new(0),
            failed_handlers: AtomicU64::new(0),
        }
    }

    /// Keeps a dead letter, then tells its handlers.
    pub(in crate::lane) fn add(&self, inner: &Inner, lane: &str, draft: Draft) {
        let Draft { meta, event, target, reason, attempts } = draft;
        let at = SystemTime::now();
        let (letter, evicted) = {
            let mut kept = self.kept.lock();
            kept.last_id += 1;
            let letter = Arc::new(DeadLetter {
                id: kept.last_id,
                event: meta,
                lane: lane.into(),
                handler: target.handler(),
                closure: target.closure(),
                reason,
                attempts,
                at,
                has_event: event.is_some(),
            });
            kept.letters.push_back(Entry { letter: letter.clone(), event });
            let evicted = (kept.letters.len() > self.capacity).then(|| kept.letters.pop_front());
            (letter, evicted.flatten())
        };
        if evicted.is_some() {
            self.evicted.fetch_add(1, Ordering::Relaxed);
        }
        // Outside of the lock: an event's drop is foreign code. Its panic is not to cost this event its handlers.
        drop_each(evicted);
        if let Some(table) = inner.tables.get::<DeadLetter>() {
            let failed = table.emit(&letter).failures().len() as u64;
            self.failed_handlers.fetch_add(failed, Ordering::Relaxed);
        }
    }

    pub(super) fn list(&self) -> Vec<Arc<DeadLetter>> {
        self.kept.lock().letters.iter().map(|entry| entry.letter.clone()).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.kept.lock().letters.len()
    }

    /// The event of a letter.
    pub(super) fn event(&self, id: u64) -> Option<Arc<Envelope>> {
        let kept = self.kept.lock();
        kept.letters[kept.find(id)?].event.clone()
    }

    /// Takes a letter out.
    pub(super) fn remove(&self, id: u64) -> Option<Entry> {
        let mut kept = self.kept.lock();
        let at = kept.find(id)?;
        kept.letters.remove(at)
    }

    /// Puts a letter back in its place.
    pub(super) fn put_back(&self, entry: Entry) {
        let mut kept = self.kept.lock();
        let at = kept.letters.partition_point(|other| other.letter.id < entry.letter.id);
        kept.letters.insert(at, entry);
    }

    /// Drops all letters. Returns how many there were.
    pub(crate) fn clear(&self) -> usize {
        let letters = mem::take(&mut self.kept.lock().letters);
        let count = letters.len();
        drop_each(letters);
        count
    }
}

impl Kept {
    fn find(&self, id: u64) -> Option<usize> {
        self.letters.binary_search_by_key(&id, |entry| entry.letter.id).ok()
    }
}
