//! A list of closures that one at a time changes, and that any number read meanwhile without waiting.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use arc_swap::ArcSwap;
use events_core::Outcome;
use events_core::event::AnyEvent;
use events_core::handler::{ClosureId, ClosureMeta};
use events_core::private::plumbing::Closure;

use super::gate::Gate;
use super::spare;

/// A closure that was subscribed. It stays in a snapshot after it was closed; what it captured is dropped at once.
pub(super) struct Slot {
    pub(super) gate: Gate<Closure>,
    pub(super) id: ClosureId,
    priority: i32,
    is_async: bool,
}

impl Slot {
    /// A closure that is numbered now.
    pub(super) fn new(closure: Closure, mut meta: ClosureMeta) -> Arc<Self> {
        meta.id = next_id();
        let (id, priority, is_async) = (meta.id, meta.priority, closure.is_async());
        spare::take(Self { gate: Gate::new(closure.with_meta(meta)), id, priority, is_async })
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
/// They lie in a snapshot that has room at its end, for closures of the lowest priority in it. Who adds one there takes the next
/// place and writes the closure into it, without a lock. For another priority, or where no room is left, a new snapshot is made,
/// by one thread at a time. Who removes a closure closes it, and touches nothing else; the next snapshot is without it. A reader
/// that passes many closed ones makes that snapshot.
pub(super) struct List {
    now: ArcSwap<Snapshot>,
    /// Whether the snapshot may hold a closure: what an empty list costs a reader.
    is_used: AtomicBool,
    has_async: AtomicBool,
    /// Held by who replaces the snapshot.
    replacing: Mutex<()>,
}

struct Snapshot {
    places: Box<[Place]>,
    /// How many of them are taken, and how often somebody found none left.
    taken: AtomicUsize,
    /// The priority of the closures that come into the room.
    priority: i32,
}

#[derive(Default)]
struct Place {
    slot: OnceLock<Arc<Slot>>,
    /// Set by whoever is first: who has filled it, or who replaces the snapshot. So neither waits for the other.
    is_decided: AtomicBool,
}

/// The room at the end of a new snapshot where closures come and go, unless there are more of them; and how many closed
/// ones are worth a new snapshot to a reader. Until then an emit passes them, at about 2 ns each.
const ROOM: usize = 128;

/// How often a thread that finds no room yields, while another makes it within microseconds, before it sleeps.
const YIELDS: u32 = 32;

impl List {
    pub(super) fn new() -> Self {
        Self {
            now: ArcSwap::from_pointee(Snapshot::new(Vec::new(), 4, 0)),
            is_used: AtomicBool::new(false),
            has_async: AtomicBool::new(false),
            replacing: Mutex::new(()),
        }
    }

    /// Adds a closure after those of its priority. When this returns, whoever reads the list sees it.
    pub(super) fn push(&self, slot: Arc<Slot>) {
        if slot.is_async {
            self.has_async.store(true, Ordering::Release);
        }
        let mut slot = Some(slot);
        while let Some(new) = slot.take() {
            let now = self.now.load();
            slot = now.push(new);
            if slot.is_some()
                && let Some(replacing) = self.replace(&now)
            {
                let replaced = self.make_anew(&now, slot.take());
                drop((now, replacing));
                replaced.recycle();
            }
        }
        if !self.is_used.load(Ordering::Acquire) {
            self.is_used.store(true, Ordering::Release);
        }
    }

    /// The right to replace this snapshot, unless somebody else has replaced it.
    fn replace(&self, found: &Arc<Snapshot>) -> Option<MutexGuard<'_, ()>> {
        let is_found = || Arc::ptr_eq(&self.now.load(), found);
        for _ in 0..YIELDS {
            match self.replacing.try_lock() {
                Ok(replacing) => return is_found().then_some(replacing),
                Err(_) if is_found() => thread::yield_now(),
                Err(_) => return None,
            }
        }
        let replacing = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        is_found().then_some(replacing)
    }

    /// Makes a snapshot of what is open, and of a closure that is new. Returns the one that it replaces.
    #[cold]
    fn make_anew(&self, now: &Snapshot, new: Option<Arc<Slot>>) -> Arc<Snapshot> {
        let mut open: Vec<_> = now.seal().filter(|slot| !slot.gate.is_closed()).cloned().collect();
        let own = new.as_ref().map_or(now.priority, |new| new.priority);
        if let Some(new) = new {
            let at = open.partition_point(|slot| slot.priority >= new.priority);
            open.insert(at, new);
        }
        let priority = open.last().map_or(own, |last| last.priority);
        // Most events have few closures, which stay.
        let room = open.len().max(ROOM.min(now.places.len() * 2));
        if open.is_empty() {
            // Before others find the new snapshot, and say that they use it.
            self.is_used.store(false, Ordering::Release);
        }
        self.now.swap(Arc::new(Snapshot::new(open, room, priority)))
    }

    /// Replaces a snapshot in which a reader has found many closed closures. A reader does not wait: whoever else replaces it
    /// leaves them out as well.
    #[cold]
    fn clean(&self, found: &Arc<Snapshot>) {
        let replaced = match self.replacing.try_lock() {
            Ok(_replacing) if Arc::ptr_eq(&self.now.load(), found) => Some(self.make_anew(found, None)),
            _ => None,
        };
        // After the lock: a closure may be dropped with it.
        drop(replaced);
    }

    /// Whether a closure that is awaited ever was among them.
    pub(super) fn has_async(&self) -> bool {
        self.has_async.load(Ordering::Acquire)
    }

    /// Goes through all closures, but none that are added meanwhile. Closed ones may be among them.
    #[inline]
    pub(super) fn fold<A>(&self, sum: A, mut see: impl FnMut(A, &Arc<Slot>) -> A) -> A {
        if !self.is_used.load(Ordering::Acquire) {
            return sum;
        }
        let now = self.now.load();
        let (mut passed, mut closed) = (0, 0);
        let sum = now.slots().fold(sum, |sum, slot| {
            passed += 1;
            closed += usize::from(slot.gate.is_closed());
            see(sum, slot)
        });
        if closed >= ROOM && closed * 2 > passed {
            self.clean(&now);
        }
        sum
    }

    /// The open ones, to be kept.
    pub(super) fn open(&self) -> Vec<Arc<Slot>> {
        self.fold(Vec::new(), |mut open, slot| {
            if !slot.gate.is_closed() {
                open.push(slot.clone());
            }
            open
        })
    }

    /// The open one with this id.
    pub(super) fn find(&self, id: ClosureId) -> Option<Arc<Slot>> {
        self.open().into_iter().find(|slot| slot.id == id)
    }
}

impl Snapshot {
    fn new(slots: Vec<Arc<Slot>>, room: usize, priority: i32) -> Self {
        let taken = AtomicUsize::new(slots.len());
        let places = slots.into_iter().map(Place::of);
        Self { places: places.chain((0..room).map(|_| Place::default())).collect(), taken, priority }
    }

    /// Puts a closure into the room. Returns it where it does not belong there, or where no room is left.
    fn push(&self, slot: Arc<Slot>) -> Option<Arc<Slot>> {
        if slot.priority != self.priority {
            return Some(slot);
        }
        match self.places.get(self.taken.fetch_add(1, Ordering::AcqRel)) {
            Some(place) => place.fill(slot),
            None => Some(slot),
        }
    }

    /// Keeps the memory of its empty slots, unless somebody reads it.
    fn recycle(self: Arc<Self>) {
        if let Ok(this) = Arc::try_unwrap(self) {
            let slots = this.places.into_iter().filter_map(|place| place.slot.into_inner());
            spare::keep(slots.filter(|slot| slot.gate.is_empty()));
        }
    }

    /// Those that are there now.
    fn slots(&self) -> impl Iterator<Item = &Arc<Slot>> {
        let taken = self.taken.load(Ordering::Acquire).min(self.places.len());
        self.places[..taken].iter().filter_map(|place| place.slot.get())
    }

    /// Lets nobody put a further closure into it. Returns all that are there. To be called once.
    fn seal(&self) -> impl Iterator<Item = &Arc<Slot>> {
        let taken = self.taken.fetch_add(self.places.len(), Ordering::AcqRel).min(self.places.len());
        self.places[..taken].iter().filter_map(Place::seal)
    }
}

impl Place {
    fn of(slot: Arc<Slot>) -> Self {
        Self { slot: OnceLock::from(slot), is_decided: AtomicBool::new(true) }
    }

    /// Returns the closure if the place was sealed before.
    fn fill(&self, slot: Arc<Slot>) -> Option<Arc<Slot>> {
        drop(self.slot.set(slot.clone()));
        self.is_decided.swap(true, Ordering::AcqRel).then_some(slot)
    }

    /// What it was filled with. It is not filled after that.
    fn seal(&self) -> Option<&Arc<Slot>> {
        let is_filled =
            self.is_decided.load(Ordering::Acquire) || self.is_decided.swap(true, Ordering::AcqRel);
        if is_filled { self.slot.get() } else { None }
    }
}

/// A number that no other closure of the program has. Each thread takes some at once, so that threads do not compete for them.
fn next_id() -> ClosureId {
    const AT_ONCE: u64 = 64;
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static OWN: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    }
    OWN.with(|own| {
        let (mut next, mut end) = own.get();
        if next == end {
            next = NEXT.fetch_add(AT_ONCE, Ordering::Relaxed);
            end = next + AT_ONCE;
        }
        own.set((next + 1, end));
        ClosureId::new(next)
    })
}

#[cfg(all(test, not(events_loom)))]
mod tests {
    use std::panic::Location;
    use std::sync::Barrier;

    use events_core::private::plumbing::Flow;

    use super::*;

    fn slot(number: u64, priority: i32) -> Arc<Slot> {
        let mut meta = ClosureMeta::new(Location::caller());
        meta.priority = priority;
        let mut slot = Slot::new(Closure::observer(|_| Flow::RAN), meta);
        Arc::get_mut(&mut slot).unwrap().id = ClosureId::new(number);
        slot
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
            list.push(slot.clone());
            if number % 3 == 0 {
                slot.gate.close();
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
            list.push(slot(number, priority));
        }
        assert_eq!(open(&list), ids([8, 3, 5, 1, 4, 2, 6, 7]));
    }

    #[test]
    fn closures_that_come_and_go_leave_nothing_that_grows() {
        let list = List::new();
        list.push(slot(1, 0));
        for number in 2..100_000 {
            let slot = slot(number, 0);
            list.push(slot.clone());
            slot.gate.close();
            assert!(passed(&list) <= 2 * ROOM + 2, "{}", passed(&list));
        }
        assert_eq!(open(&list), ids([1]));
    }

    #[test]
    fn after_all_have_gone_little_is_left() {
        let list = List::new();
        let slots: Vec<_> = (0..20_000).map(|number| slot(number, 0)).collect();
        slots.iter().for_each(|slot| list.push(slot.clone()));
        slots.iter().for_each(|slot| slot.gate.close());
        assert!(open(&list).is_empty(), "and the list is made anew");
        assert!(passed(&list) <= ROOM, "{}", passed(&list));
        let kept = slots.iter().filter(|slot| Arc::strong_count(slot) > 1).count();
        assert!(kept <= ROOM, "{kept}");
    }

    #[test]
    fn no_two_closures_have_one_number() {
        let ids = || (0..1_000).map(|_| next_id()).collect::<Vec<_>>();
        let mut all = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ids)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 4_000);
    }

    #[test]
    fn what_a_reader_adds_it_does_not_see_itself() {
        let list = List::new();
        list.push(slot(0, 0));
        let runs = list.fold(0, |runs, _| {
            (1..1_000).for_each(|number| list.push(slot(number, 0)));
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
                        list.push(slot.clone());
                        if at % 100 == 0 {
                            kept.push(slot.id);
                        } else {
                            slot.gate.close();
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
