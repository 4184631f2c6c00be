//! A list of closures that one at a time changes, and that any number read meanwhile without waiting.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use events_core::Outcome;
use events_core::event::AnyEvent;
use events_core::handler::{ClosureId, ClosureMeta};
use events_core::private::plumbing::Closure;

use super::gate::Gate;

/// A closure that was subscribed. Small, for it stays in a snapshot after it was closed; what the gate keeps goes at once.
pub(super) struct Slot {
    pub(super) gate: Gate<Box<Closure>>,
    pub(super) id: ClosureId,
    priority: i32,
    is_async: bool,
}

impl Slot {
    pub(super) fn new(closure: Closure, meta: ClosureMeta) -> Self {
        let (id, priority, is_async) = (meta.id, meta.priority, closure.is_async());
        Self { gate: Gate::new(Box::new(closure.with_meta(meta))), id, priority, is_async }
    }

    /// What is known of the closure, unless it is closed.
    pub(super) fn meta(&self) -> Option<ClosureMeta> {
        self.gate.enter()?.meta()
    }

    /// Runs the closure, if it is not asynchronous and was not unsubscribed.
    #[inline]
    pub(super) fn run(&self, event: &AnyEvent<'_>, outcome: Outcome) -> Outcome {
        match self.gate.enter() {
            Some(closure) => closure.run(event, outcome),
            None => outcome,
        }
    }
}

/// Closures by priority, high first, those of one priority in the order in which they came.
///
/// They lie in a snapshot that has room at its end. Who adds one holds the lock, and writes it into that room; only where
/// there is none left, or one of lower priority stands before it, a new snapshot is made. A closure goes by being closed;
/// the next snapshot is without it.
pub(super) struct List {
    now: ArcSwap<Snapshot>,
    /// How many places of the snapshot are taken: what an empty list costs a reader.
    len: AtomicUsize,
    /// About how many of them are closed.
    closed: AtomicUsize,
    has_async: AtomicBool,
    /// Held by who changes the list.
    changing: std::sync::Mutex<()>,
}

struct Snapshot {
    places: Box<[OnceLock<Arc<Slot>>]>,
    /// How many of them are taken.
    len: AtomicUsize,
}

/// The room at the end of a new snapshot where closures come and go, unless there are more of them; and how many closed
/// ones are worth a new snapshot. Until then an emit passes them, at about 2 ns each.
const ROOM: usize = 128;

impl List {
    pub(super) fn new() -> Self {
        Self {
            now: ArcSwap::from_pointee(Snapshot::new(Vec::new(), 4)),
            len: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            has_async: AtomicBool::new(false),
            changing: std::sync::Mutex::new(()),
        }
    }

    /// Adds a closure behind those of its priority. When this returns, whoever reads the list sees it.
    pub(super) fn push(&self, slot: &Arc<Slot>) {
        if slot.is_async {
            self.has_async.store(true, Ordering::Release);
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now.load();
        let len = now.len.load(Ordering::Relaxed);
        let last = len.checked_sub(1).and_then(|last| now.places[last].get());
        let is_in_order = last.is_none_or(|last| last.priority >= slot.priority);
        match now.places.get(len) {
            Some(place) if is_in_order => {
                drop(place.set(slot.clone()));
                now.len.store(len + 1, Ordering::Release);
                self.len.store(len + 1, Ordering::Release);
            }
            _ => self.replace(&now, Some(slot)),
        }
    }

    /// Notes that one of its closures was closed.
    pub(super) fn note_closed(&self) {
        let closed = self.closed.fetch_add(1, Ordering::Relaxed) + 1;
        if closed >= ROOM && closed * 2 > self.len.load(Ordering::Relaxed) {
            let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
            // Others may have come before.
            if self.closed.load(Ordering::Relaxed) >= ROOM {
                self.replace(&self.now.load(), None);
            }
        }
    }

    /// Makes a snapshot of what is open, and of one that is new. The lock is held.
    #[cold]
    fn replace(&self, now: &Snapshot, new: Option<&Arc<Slot>>) {
        self.closed.store(0, Ordering::Relaxed);
        let mut open: Vec<_> = now.slots().filter(|slot| !slot.gate.is_closed()).cloned().collect();
        if let Some(new) = new {
            let at = open.partition_point(|slot| slot.priority >= new.priority);
            open.insert(at, new.clone());
        }
        // Most events have few closures, which stay.
        let (len, room) = (open.len(), open.len().max(ROOM.min(now.places.len() * 2)));
        self.now.store(Arc::new(Snapshot::new(open, room)));
        self.len.store(len, Ordering::Release);
    }

    /// Whether a closure that is awaited ever was among them.
    pub(super) fn has_async(&self) -> bool {
        self.has_async.load(Ordering::Acquire)
    }

    /// Goes through all closures, but none that are added meanwhile. Closed ones may be among them.
    #[inline]
    pub(super) fn fold<A>(&self, sum: A, see: impl FnMut(A, &Arc<Slot>) -> A) -> A {
        if self.len.load(Ordering::Acquire) == 0 {
            return sum;
        }
        self.now.load().slots().fold(sum, see)
    }

    /// The open ones, to be kept.
    pub(super) fn open(&self) -> Vec<Arc<Slot>> {
        let now = self.now.load();
        now.slots().filter(|slot| !slot.gate.is_closed()).cloned().collect()
    }

    /// The open one with this id.
    pub(super) fn find(&self, id: ClosureId) -> Option<Arc<Slot>> {
        let now = self.now.load();
        now.slots().find(|slot| slot.id == id && !slot.gate.is_closed()).cloned()
    }

    /// Lets go of all closures: those who still hold guards hold on to the list as well.
    pub(super) fn clear(&self) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.now.store(Arc::new(Snapshot::new(Vec::new(), 0)));
        self.len.store(0, Ordering::Release);
    }
}

impl Snapshot {
    fn new(slots: Vec<Arc<Slot>>, room: usize) -> Self {
        let len = AtomicUsize::new(slots.len());
        let taken = slots.into_iter().map(OnceLock::from);
        Self { places: taken.chain((0..room).map(|_| OnceLock::new())).collect(), len }
    }

    /// Those that are there now.
    fn slots(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.places[..self.len.load(Ordering::Acquire)].iter().filter_map(OnceLock::get)
    }
}

/// Numbers closures of a bus.
#[derive(Default)]
pub(super) struct Ids(AtomicU64);

impl Ids {
    pub(super) fn next(&self) -> ClosureId {
        ClosureId::new(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

#[cfg(all(test, not(events_loom)))]
mod tests {
    use std::panic::Location;
    use std::sync::Barrier;
    use std::thread;

    use events_core::private::plumbing::Flow;

    use super::*;

    fn slot(number: u64, priority: i32) -> Arc<Slot> {
        let mut meta = ClosureMeta::new(Location::caller());
        (meta.id, meta.priority) = (ClosureId::new(number), priority);
        Arc::new(Slot::new(Closure::observer(|_| Flow::RAN), meta))
    }

    fn close(list: &List, slot: &Slot) {
        slot.gate.close();
        list.note_closed();
    }

    fn open(list: &List) -> Vec<ClosureId> {
        list.open().iter().map(|slot| slot.id).collect()
    }

    fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<ClosureId> {
        numbers.into_iter().map(ClosureId::new).collect()
    }

    /// How many places a reader passes.
    fn passed(list: &List) -> usize {
        list.fold(0, |passed, _| passed + 1)
    }

    #[test]
    fn closures_keep_their_order_however_often_the_list_is_made_anew() {
        let list = List::new();
        for number in 0..5_000 {
            let slot = slot(number, 0);
            list.push(&slot);
            if number % 3 == 0 {
                close(&list, &slot);
            }
        }
        assert_eq!(open(&list), ids((0..5_000).filter(|number| number % 3 != 0)));
        assert_eq!(list.find(ClosureId::new(4)).map(|slot| slot.id), Some(ClosureId::new(4)));
        assert!(list.find(ClosureId::new(3)).is_none(), "it is closed");
    }

    #[test]
    fn higher_priorities_stand_first_and_equal_ones_as_they_came() {
        let list = List::new();
        for (number, priority) in
            [(1, 0), (2, -5), (3, 7), (4, 0), (5, 7), (6, -5), (7, i32::MIN), (8, i32::MAX)]
        {
            list.push(&slot(number, priority));
        }
        assert_eq!(open(&list), ids([8, 3, 5, 1, 4, 2, 6, 7]));
    }

    #[test]
    fn closures_that_come_and_go_leave_nothing_that_grows() {
        let list = List::new();
        list.push(&slot(1, 0));
        for number in 2..100_000 {
            let slot = slot(number, 0);
            list.push(&slot);
            close(&list, &slot);
            assert!(passed(&list) <= 2 * ROOM + 2, "{}", passed(&list));
        }
        assert_eq!(open(&list), ids([1]));
    }

    #[test]
    fn after_all_have_gone_little_is_left() {
        let list = List::new();
        let slots: Vec<_> = (0..20_000).map(|number| slot(number, 0)).collect();
        slots.iter().for_each(|slot| list.push(slot));
        slots.iter().for_each(|slot| close(&list, slot));
        assert!(open(&list).is_empty());
        assert!(passed(&list) <= 2 * ROOM, "{}", passed(&list));
        let kept = slots.iter().filter(|slot| Arc::strong_count(slot) > 1).count();
        assert!(kept <= 2 * ROOM, "{kept}");
        list.clear();
        assert_eq!(passed(&list), 0);
    }

    #[test]
    fn what_a_reader_adds_it_does_not_see_itself() {
        let list = List::new();
        list.push(&slot(0, 0));
        let runs = list.fold(0, |runs, _| {
            (1..1_000).for_each(|number| list.push(&slot(number, 0)));
            runs + 1
        });
        assert_eq!(runs, 1);
        assert_eq!(open(&list), ids(0..1_000));
    }

    /// While several threads add, close some of what they added, and read, each reader sees every open closure that was
    /// there before, in its thread's order, once.
    #[test]
    fn nothing_is_lost_while_others_add_and_close() {
        const THREADS: u64 = 4;
        const EACH: u64 = 10_000;
        let list = List::new();
        let start = Barrier::new(THREADS as usize);
        thread::scope(|scope| {
            for own in 0..THREADS {
                let (list, start) = (&list, &start);
                scope.spawn(move || {
                    start.wait();
                    let mut kept = Vec::new();
                    for at in 0..EACH {
                        let number = own * EACH + at;
                        let slot = slot(number, 0);
                        list.push(&slot);
                        if at % 100 == 0 {
                            kept.push(slot.id);
                        } else {
                            close(list, &slot);
                        }
                        if at % 1_000 == 0 {
                            let own = ClosureId::new(own * EACH)..ClosureId::new((own + 1) * EACH);
                            let mine = open(list).into_iter().filter(|id| own.contains(id));
                            assert!(mine.eq(kept.iter().copied()));
                        }
                    }
                });
            }
        });
        let mut all = open(&list);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len() as u64, THREADS * EACH / 100);
    }
}
