//! A list of closures that one at a time changes, and that any number read meanwhile without waiting.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
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
/// They lie in chunks of one priority each. Who adds a closure takes the next place of the last chunk of its priority, and
/// writes the closure into it, without a lock. Who finds no place there adds a chunk, with as many places as there are closures.
/// Who removes a closure closes it, and touches nothing else. After a chunk was added, and where a reader has passed many closed
/// closures, one thread gathers: chunks that are full and mostly closed are left out of the next snapshot, or merged.
///
/// All snapshots share the chunks, and a chunk stays until each of its places is written. So nothing is lost that is added
/// meanwhile, and nobody waits for who gathers.
pub(super) struct List {
    now: ArcSwap<Snapshot>,
    /// Whether there ever was a closure: what an empty list costs a reader.
    is_used: AtomicBool,
    has_async: AtomicBool,
    /// Held for a moment by who replaces the snapshot.
    replacing: Mutex<()>,
    /// Held by who gathers.
    gathering: Mutex<()>,
}

/// By priority, high first.
type Snapshot = Vec<Arc<Chunk>>;

struct Chunk {
    priority: i32,
    /// Written once each.
    places: Box<[OnceLock<Arc<Slot>>]>,
    taken: Taken,
    /// How many places may be written: all, unless it was sealed before.
    end: AtomicUsize,
}

/// How many places of a chunk were asked for. Who adds closures writes it, so it has cache lines of its own.
#[repr(align(128))]
struct Taken(AtomicUsize);

/// The places of a chunk where closures come and go, unless there are more closures than that; and how many closed ones are worth
/// gathering to a reader. Until then an emit passes them, at about 2 ns each.
const ROOM: usize = 128;

/// The places of the first chunk: most events have few closures, which stay.
const FIRST: usize = 4;

/// How often a thread yields to another that replaces the snapshot, which takes a microsecond, before it sleeps.
const YIELDS: u32 = 32;

impl List {
    pub(super) fn new() -> Self {
        Self {
            now: ArcSwap::default(),
            is_used: AtomicBool::new(false),
            has_async: AtomicBool::new(false),
            replacing: Mutex::new(()),
            gathering: Mutex::new(()),
        }
    }

    /// Adds a closure after those of its priority. When this returns, whoever reads the list sees it.
    pub(super) fn push(&self, slot: Arc<Slot>) {
        if slot.is_async {
            self.has_async.store(true, Ordering::Release);
        }
        let priority = slot.priority;
        let mut has_extended = false;
        while self.place(priority, &slot).is_none() {
            has_extended |= self.extend(priority);
        }
        if !self.is_used.load(Ordering::Acquire) {
            self.is_used.store(true, Ordering::Release);
        }
        if has_extended {
            self.gather(false);
        }
    }

    /// Writes a closure into the next place for its priority. `None` if there is none left.
    fn place(&self, priority: i32, slot: &Arc<Slot>) -> Option<()> {
        let now = self.now.load();
        let last = now.iter().rfind(|chunk| chunk.priority == priority)?;
        let place = last.places.get(last.taken.0.fetch_add(1, Ordering::AcqRel))?;
        drop(place.set(slot.clone()));
        Some(())
    }

    /// Adds a chunk for this priority, unless somebody else has done so.
    #[cold]
    fn extend(&self, priority: i32) -> bool {
        self.replace(|now| {
            let last = now.iter().rfind(|chunk| chunk.priority == priority);
            if last.is_some_and(|last| last.has_room()) {
                return None;
            }
            let closures: usize = now.iter().map(|chunk| chunk.places.len()).sum();
            let twice = last.map_or(FIRST, |last| last.places.len() * 2);
            let mut next = now.to_vec();
            let at = next.partition_point(|chunk| chunk.priority >= priority);
            next.insert(at, Arc::new(Chunk::new(priority, twice.min(ROOM).max(closures))));
            Some(next)
        })
    }

    /// Replaces the snapshot by what is made of it. Returns whether it was.
    fn replace(&self, next: impl FnOnce(&[Arc<Chunk>]) -> Option<Snapshot>) -> bool {
        let mut yields = 0..YIELDS;
        let replacing = loop {
            match self.replacing.try_lock() {
                Ok(replacing) => break replacing,
                Err(_) if yields.next().is_some() => thread::yield_now(),
                Err(_) => break self.replacing.lock().unwrap_or_else(PoisonError::into_inner),
            }
        };
        let next = next(&self.now.load());
        let before = next.map(|next| self.now.swap(Arc::new(next)));
        drop(replacing);
        // After the lock: closures may be dropped with a chunk.
        before.is_some()
    }

    /// Leaves out chunks of which few closures are open, and with `all` also of those that are not full. One thread at a time:
    /// who finds another there leaves it to that one.
    #[cold]
    fn gather(&self, all: bool) {
        let Ok(_gathering) = self.gathering.try_lock() else { return };
        let now = self.now.load_full();
        if all {
            now.iter().for_each(|chunk| chunk.seal());
        }
        // What is left of neighbours is put together, where the first of them lies.
        let mut gone: Vec<(Arc<Chunk>, Option<Arc<Chunk>>)> = Vec::new();
        for same in
            now.chunk_by(|one, other| one.is_sparse() && other.is_sparse() && one.priority == other.priority)
        {
            if !same[0].is_sparse() || (same.len() == 1 && same[0].closed() == 0) {
                continue;
            }
            let open: Vec<_> = same
                .iter()
                .flat_map(|chunk| chunk.slots(chunk.taken()))
                .filter(|slot| !slot.gate.is_closed())
                .collect();
            let mut rest = (!open.is_empty()).then(|| Arc::new(Chunk::full(same[0].priority, open)));
            gone.extend(same.iter().map(|chunk| (chunk.clone(), rest.take())));
        }
        drop(now);
        if !gone.is_empty() {
            self.replace(|now| {
                let next = now.iter().filter_map(|chunk| {
                    match gone.iter().find(|(gone, _)| Arc::ptr_eq(gone, chunk)) {
                        Some((_, rest)) => rest.clone(),
                        None => Some(chunk.clone()),
                    }
                });
                Some(next.collect())
            });
        }
    }

    /// Whether a closure that is awaited ever was among them.
    pub(super) fn has_async(&self) -> bool {
        self.has_async.load(Ordering::Acquire)
    }

    /// Goes through all closures, but none that are added meanwhile. Closed ones may be among them.
    #[inline]
    pub(super) fn fold<A>(&self, mut sum: A, mut see: impl FnMut(A, &Arc<Slot>) -> A) -> A {
        if !self.is_used.load(Ordering::Acquire) {
            return sum;
        }
        let now = self.now.load();
        // How far each goes now. More chunks are rare: it takes as many priorities, or thousands of closures.
        let (mut few, mut many) = ([0; 8], Vec::new());
        let ends = match few.get_mut(..now.len()) {
            Some(few) => few,
            None => {
                many.resize(now.len(), 0);
                &mut many[..]
            }
        };
        now.iter().zip(&mut *ends).for_each(|(chunk, end)| *end = chunk.taken());
        let (mut passed, mut closed) = (0, 0);
        for (chunk, end) in now.iter().zip(ends) {
            for slot in chunk.slots(*end) {
                passed += 1;
                closed += usize::from(slot.gate.is_closed());
                sum = see(sum, slot);
            }
        }
        if closed >= ROOM && closed * 2 > passed {
            self.gather(true);
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

impl Chunk {
    fn new(priority: i32, room: usize) -> Self {
        let places = (0..room).map(|_| OnceLock::new()).collect();
        Self { priority, places, taken: Taken(AtomicUsize::new(0)), end: AtomicUsize::new(room) }
    }

    fn full(priority: i32, slots: Vec<&Arc<Slot>>) -> Self {
        let len = slots.len();
        let places = slots.into_iter().cloned().map(OnceLock::from).collect();
        Self { priority, places, taken: Taken(AtomicUsize::new(len)), end: AtomicUsize::new(len) }
    }

    /// How many places are taken now. Who took one may not have written it yet.
    fn taken(&self) -> usize {
        self.taken.0.load(Ordering::Acquire).min(self.end.load(Ordering::Acquire))
    }

    fn has_room(&self) -> bool {
        self.taken.0.load(Ordering::Acquire) < self.places.len()
    }

    /// Those in the first places.
    fn slots(&self, places: usize) -> impl Iterator<Item = &Arc<Slot>> {
        self.places[..places].iter().filter_map(OnceLock::get)
    }

    /// Lets nobody take a further place.
    fn seal(&self) {
        let taken = self.taken.0.fetch_add(self.places.len(), Ordering::AcqRel);
        if taken < self.places.len() {
            self.end.store(taken, Ordering::Release);
        }
    }

    /// How many of its closures are closed.
    fn closed(&self) -> usize {
        self.slots(self.taken()).filter(|slot| slot.gate.is_closed()).count()
    }

    /// Whether it is worth to be left out or merged, and may be: nobody takes or writes a place any more.
    fn is_sparse(&self) -> bool {
        let end = self.end.load(Ordering::Acquire);
        let open = end - self.closed();
        !self.has_room() && self.slots(end).count() == end && (open * 2 <= end || open * 2 < ROOM)
    }
}

/// The memory of its closures is used again, where nobody else holds it.
impl Drop for Chunk {
    fn drop(&mut self) {
        let slots = self.places.iter_mut().filter_map(OnceLock::take);
        spare::keep(slots.filter(|slot| slot.gate.is_empty()));
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
