//! Where dead letters are made and kept.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use events_core::event::EventMeta;
use events_core::private::plumbing::BoundTable;

use super::DeadLetter;
use super::unseen::UnseenLetters;
use crate::lane::current::is_because_of_letter;
use crate::lane::failure::{Attempt, Reason, Target};
use crate::lane::queue::Message;
use crate::lane::schedule::Scheduler;
use crate::sync::Mutex;

/// The dead letters of a bus. When it is full the oldest are evicted.
pub(crate) struct Store {
    capacity: usize,
    kept: Mutex<Kept>,
    pub(super) evicted: AtomicU64,
    pub(super) failed_handlers: AtomicU64,
    /// How many letters were caused by handlers of dead letters. They called no handlers.
    pub(super) silent: AtomicU64,
    /// The handlers of dead letters.
    pub(super) table: OnceLock<Arc<BoundTable<DeadLetter>>>,
    #[cfg(feature = "tokio")]
    runtime: Option<tokio::runtime::Handle>,
}

#[derive(Default)]
struct Kept {
    letters: VecDeque<StoredLetter>,
    last_id: u64,
    /// Letters that were evicted unseen, by lane, event and reason.
    evicted_unseen: BTreeMap<(Arc<str>, &'static str, Reason), (&'static EventMeta, u64)>,
}

/// A dead letter, and its message.
pub(super) struct StoredLetter {
    pub(super) letter: Arc<DeadLetter>,
    pub(super) message: Option<Arc<Message>>,
    pub(super) lane: Arc<Scheduler>,
    /// Whether a handler succeeded for it, or the program read it.
    seen: bool,
}

/// What a dead letter is made from.
pub(in crate::lane) struct NewLetter {
    pub(in crate::lane) event: &'static EventMeta,
    pub(in crate::lane) message: Option<Arc<Message>>,
    pub(in crate::lane) target: Target,
    pub(in crate::lane) reason: Reason,
    pub(in crate::lane) attempts: Vec<Attempt>,
}

/// A letter that is in the store, and whose handlers are still to be called.
#[must_use = "the handlers of dead letters are called when it is announced"]
pub(in crate::lane) struct Announcement {
    pub(super) letter: Arc<DeadLetter>,
    pub(super) evicted: Option<StoredLetter>,
    /// Whether a handler of dead letters caused it.
    pub(super) silent: bool,
}

impl NewLetter {
    pub(in crate::lane) fn new(message: &Arc<Message>, reason: Reason) -> Self {
        let event = message.message_type().event();
        Self { event, message: Some(message.clone()), target: Target::All, reason, attempts: Vec::new() }
    }

    /// A letter of a message that was lost.
    pub(in crate::lane) fn without_message(event: &'static EventMeta, reason: Reason) -> Self {
        Self { event, message: None, target: Target::All, reason, attempts: Vec::new() }
    }

    /// Sets what gave the message up, after which attempts.
    pub(in crate::lane) fn by(mut self, target: Target, attempts: Vec<Attempt>) -> Self {
        (self.target, self.attempts) = (target, attempts);
        self
    }
}

impl Store {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            kept: Mutex::default(),
            evicted: AtomicU64::new(0),
            failed_handlers: AtomicU64::new(0),
            silent: AtomicU64::new(0),
            table: OnceLock::new(),
            #[cfg(feature = "tokio")]
            runtime: None,
        }
    }

    /// Sets the runtime for asynchronous handlers of letters whose lane has none.
    #[cfg(feature = "tokio")]
    pub(crate) fn with_runtime(mut self, runtime: Option<tokio::runtime::Handle>) -> Self {
        self.runtime = runtime;
        self
    }

    /// Sets the handlers of dead letters. Called once, when the bus is built.
    pub(crate) fn set_table(&self, table: Option<Arc<BoundTable<DeadLetter>>>) {
        if let Some(table) = table {
            drop(self.table.set(table));
        }
    }

    /// Stores a dead letter. It may be called under the lane's lock, so that the letter and its count appear at the
    /// same moment.
    pub(in crate::lane) fn keep(&self, lane: &Arc<Scheduler>, new: NewLetter) -> Announcement {
        let NewLetter { event, message, target, reason, attempts } = new;
        let silent =
            is_because_of_letter() || message.as_ref().is_some_and(|message| message.is_from_dead_letter());
        let (at, name) = (SystemTime::now(), Arc::<str>::from(&*lane.settings.name));
        let mut kept = self.kept.lock();
        kept.last_id += 1;
        let (id, has_event) = (kept.last_id, message.is_some());
        let (handler, closure) = (target.handler(), target.closure());
        let context = message.as_ref().and_then(|message| message.cx().cloned());
        let letter =
            DeadLetter { id, event, lane: name, handler, closure, reason, attempts, context, at, has_event };
        let letter = Arc::new(letter);
        kept.letters.push_back(StoredLetter {
            letter: letter.clone(),
            message,
            lane: lane.clone(),
            // The program itself cleared the lane.
            seen: reason == Reason::Cleared,
        });
        let evicted = if kept.letters.len() > self.capacity { kept.letters.pop_front() } else { None };
        if let Some(evicted) = &evicted {
            self.evicted.fetch_add(1, Ordering::Relaxed);
            if !evicted.seen {
                let DeadLetter { lane, event, reason, .. } = &*evicted.letter;
                kept.evicted_unseen.entry((lane.clone(), event.path, *reason)).or_insert((event, 0)).1 += 1;
            }
        }
        Announcement { letter, evicted, silent }
    }

    /// Records how the handlers of a letter ended: how many failed, and whether the letter counts as seen.
    pub(super) fn called(&self, letter: &DeadLetter, failed: u64, seen: bool) {
        self.failed_handlers.fetch_add(failed, Ordering::Relaxed);
        if seen {
            self.mark_seen(letter.id);
        }
    }

    /// The runtime for asynchronous handlers of letters whose lane has none.
    #[cfg(feature = "tokio")]
    pub(super) fn runtime(&self) -> Option<&tokio::runtime::Handle> {
        self.runtime.as_ref()
    }

    fn mark_seen(&self, id: u64) {
        let mut kept = self.kept.lock();
        if let Some(at) = kept.find(id) {
            kept.letters[at].seen = true;
        }
    }

    pub(super) fn list(&self) -> Vec<Arc<DeadLetter>> {
        let mut kept = self.kept.lock();
        if counts_as_seen() {
            kept.letters.iter_mut().for_each(|stored| stored.seen = true);
        }
        kept.letters.iter().map(|stored| stored.letter.clone()).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.kept.lock().letters.len()
    }

    /// The message of a letter.
    pub(super) fn message(&self, id: u64) -> Option<Arc<Message>> {
        let mut kept = self.kept.lock();
        let at = kept.find(id)?;
        kept.letters[at].seen |= counts_as_seen();
        kept.letters[at].message.clone()
    }

    /// Removes a letter and returns it.
    pub(super) fn remove(&self, id: u64) -> Option<StoredLetter> {
        let mut kept = self.kept.lock();
        let at = kept.find(id)?;
        kept.letters.remove(at)
    }

    /// Puts a letter back, in the order of ids.
    pub(super) fn put_back(&self, mut stored: StoredLetter) {
        stored.seen |= counts_as_seen();
        let mut kept = self.kept.lock();
        let at = kept.letters.partition_point(|other| other.letter.id < stored.letter.id);
        kept.letters.insert(at, stored);
    }

    /// Drops all letters. Returns how many there were.
    pub(crate) fn clear(&self) -> usize {
        let letters = mem::take(&mut self.kept.lock().letters);
        letters.len()
    }

    /// The unseen letters, by lane, event and reason. From now on they count as seen.
    pub(in crate::lane) fn take_unseen(&self) -> Vec<UnseenLetters> {
        let mut kept = self.kept.lock();
        let mut counts = mem::take(&mut kept.evicted_unseen);
        for stored in kept.letters.iter_mut().filter(|stored| !stored.seen) {
            stored.seen = true;
            let DeadLetter { lane, event, reason, .. } = &*stored.letter;
            counts.entry((lane.clone(), event.path, *reason)).or_insert((event, 0)).1 += 1;
        }
        let unseen = counts.into_iter().map(|((lane, _, reason), (event, count))| UnseenLetters {
            lane: lane.to_string(),
            event,
            reason,
            count,
        });
        unseen.collect()
    }
}

/// Whether a letter that is read now counts as seen. Not if a handler of dead letters reads it: its outcome decides,
/// because it may still fail, or the lane may end before the next handler.
fn counts_as_seen() -> bool {
    !is_because_of_letter()
}

impl Kept {
    fn find(&self, id: u64) -> Option<usize> {
        self.letters.binary_search_by_key(&id, |stored| stored.letter.id).ok()
    }
}
