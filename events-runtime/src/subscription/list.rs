//! A list that grows at its end without a lock, and is read meanwhile.
//!
//! Items are put into chunks: who adds one claims a place in the last chunk with one addition. Readers go through the
//! chunks. Items are never taken out one by one; they are closed, and skipped. From time to time the open ones of all full
//! chunks are gathered in a plain slice, and a new head with it takes the place of the old one.
//!
//! All heads share the chunks behind their slices. So nothing is lost that is added while a head is replaced, and nobody
//! waits for anybody.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use once_cell::race::OnceBox;

/// The places of a list's first chunk: most events have few closures.
const FIRST: usize = 8;

/// The fewest places of a chunk behind a slice, and the fewest items that are worth gathering.
const LEAST: usize = 256;

/// An item of a list.
pub(super) trait Item {
    /// Whether it is to be skipped, from now on and for ever.
    fn is_closed(&self) -> bool;
}

/// Items in the order in which they were added.
pub(super) struct List<T> {
    head: ArcSwap<Head<T>>,
    /// Whether somebody gathers. Who finds it set leaves it to them.
    gathering: AtomicBool,
}

struct Head<T> {
    gathered: Arc<[Arc<T>]>,
    /// Where the items behind them are.
    chunk: Arc<Chunk<T>>,
}

struct Chunk<T> {
    claimed: Claimed,
    /// How many were given away before it was sealed. Written by who gathers.
    given: OnceLock<usize>,
    places: Box<[OnceLock<Arc<T>>]>,
    next: OnceBox<Arc<Chunk<T>>>,
}

/// How many places of a chunk were asked for, and [`SEALED`]. Everybody who adds writes it, so it has cache lines of its own.
#[repr(align(128))]
struct Claimed(AtomicUsize);

/// No further place is given away.
const SEALED: usize = 1 << (usize::BITS - 1);

impl<T: Item> List<T> {
    pub(super) fn new() -> Self {
        let head = Head { gathered: Arc::default(), chunk: Arc::new(Chunk::new(FIRST)) };
        Self { head: ArcSwap::from_pointee(head), gathering: AtomicBool::new(false) }
    }

    /// Adds an item at the end.
    pub(super) fn push(&self, item: Arc<T>) {
        let head = self.head.load();
        // To gather costs as much as there are items, so there have to be as many new ones.
        let enough = LEAST.max(head.gathered.len());
        let mut chunk = &*head.chunk;
        let mut passed = 0;
        let place = loop {
            match chunk.claim() {
                Some(place) => break place,
                None => {
                    passed += chunk.places.len();
                    chunk = chunk.next_or((chunk.places.len() * 2).min(enough));
                }
            }
        };
        if chunk.places[place].set(item).is_err() {
            unreachable!("a place is given away once");
        }
        // Whoever is first in a chunk looks back.
        if place == 0 && passed >= enough {
            self.gather(false);
        }
    }

    /// Goes through all items, but none that are added meanwhile. Closed ones may be among them.
    pub(super) fn fold<A>(&self, mut sum: A, mut see: impl FnMut(A, &T) -> A) -> A {
        let head = self.head.load();
        let (last, end) = head.chunk.end();
        let mut closed = 0_usize;
        for item in &*head.gathered {
            closed += usize::from(item.is_closed());
            sum = see(sum, item);
        }
        for chunk in head.chunk.chain() {
            let at_end = std::ptr::eq(chunk, last);
            for place in &chunk.places[..if at_end { end } else { chunk.places.len() }] {
                if let Some(item) = place.get() {
                    sum = see(sum, item);
                }
            }
            if at_end {
                break;
            }
        }
        // Nobody adds and so nobody gathers, and yet every run passes more closed items than open ones.
        if closed >= LEAST && closed * 2 > head.gathered.len() {
            self.gather(true);
        }
        sum
    }

    /// Puts the open items of all full chunks, and with `all` those of the last one too, into a slice of a new head.
    #[cold]
    fn gather(&self, all: bool) {
        if self.gathering.swap(true, Ordering::Acquire) {
            return;
        }
        let head = self.head.load_full();
        let open = head.gathered.iter().filter(|item| !item.is_closed()).count();
        let mut added = Vec::new();
        let mut chunk = &head.chunk;
        while (all || chunk.next.get().is_some())
            && let Some(items) = chunk.sealed()
        {
            added.extend(items.filter(|item| !item.is_closed()).cloned());
            let last = chunk.next.get().is_none();
            chunk = chunk.next_or(LEAST.max(open + added.len()));
            if last {
                break;
            }
        }
        // Mostly those that came have gone, and those that were there are still: then it is the same slice.
        let gathered = if added.is_empty() && open == head.gathered.len() {
            head.gathered.clone()
        } else {
            head.gathered.iter().filter(|item| !item.is_closed()).cloned().chain(added).collect()
        };
        self.head.store(Arc::new(Head { gathered, chunk: chunk.clone() }));
        self.gathering.store(false, Ordering::Release);
    }
}

impl<T> Chunk<T> {
    fn new(places: usize) -> Self {
        Self {
            claimed: Claimed(AtomicUsize::new(0)),
            given: OnceLock::new(),
            places: (0..places).map(|_| OnceLock::new()).collect(),
            next: OnceBox::new(),
        }
    }

    /// A place that is nobody else's, if there is one left.
    fn claim(&self) -> Option<usize> {
        // Once there is a chunk behind it, nobody asks in vain any more. A look at the count itself would have the cache line
        // brought here twice, to be read and to be written.
        if self.next.get().is_some() {
            return None;
        }
        let place = self.claimed.0.fetch_add(1, Ordering::AcqRel);
        (place < self.places.len()).then_some(place)
    }

    /// The items, none of which is still to come; nothing while somebody who has claimed a place has not filled it.
    fn sealed(&self) -> Option<impl Iterator<Item = &Arc<T>>> {
        let given = *self.given.get_or_init(|| {
            let claimed = self.claimed.0.fetch_or(SEALED, Ordering::AcqRel);
            claimed.min(self.places.len())
        });
        let places = &self.places[..given];
        places.iter().all(|place| place.get().is_some()).then(|| places.iter().filter_map(OnceLock::get))
    }

    /// The chunk behind this one, made with so many places where there was none.
    fn next_or(&self, places: usize) -> &Arc<Self> {
        self.next.get_or_init(|| Box::new(Arc::new(Self::new(places))))
    }

    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |chunk| chunk.next.get().map(|next| &**next))
    }

    /// The last chunk there is now, and how many of its places are given away.
    fn end(&self) -> (&Self, usize) {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        let claimed = last.claimed.0.load(Ordering::Acquire) & !SEALED;
        (last, claimed.min(last.places.len()))
    }
}

#[cfg(all(test, not(events_loom)))]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    struct Number {
        value: usize,
        closed: AtomicBool,
    }

    impl Number {
        fn new(value: usize) -> Arc<Self> {
            Arc::new(Self { value, closed: AtomicBool::new(false) })
        }

        fn close(&self) {
            self.closed.store(true, Ordering::Release);
        }
    }

    impl Item for Number {
        fn is_closed(&self) -> bool {
            self.closed.load(Ordering::Acquire)
        }
    }

    fn open(list: &List<Number>) -> Vec<usize> {
        list.fold(Vec::new(), |mut seen, item| {
            if !item.is_closed() {
                seen.push(item.value);
            }
            seen
        })
    }

    /// Places that a reader passes, filled or not.
    fn places(list: &List<Number>) -> usize {
        let head = list.head.load();
        head.gathered.len() + head.chunk.chain().map(|chunk| chunk.places.len()).sum::<usize>()
    }

    #[test]
    fn items_keep_their_order_however_often_they_are_gathered() {
        let list = List::new();
        let items: Vec<_> = (0..5_000).map(Number::new).collect();
        for item in &items {
            list.push(item.clone());
            if item.value % 3 == 0 {
                item.close();
            }
        }
        assert_eq!(open(&list), (0..5_000).filter(|value| value % 3 != 0).collect::<Vec<_>>());
    }

    #[test]
    fn items_that_come_and_go_leave_nothing_that_grows() {
        let list = List::new();
        let standing = Number::new(usize::MAX);
        list.push(standing);
        for value in 0..100_000 {
            let item = Number::new(value);
            list.push(item.clone());
            item.close();
        }
        assert!(places(&list) <= 6 * LEAST, "{}", places(&list));
        assert_eq!(open(&list), [usize::MAX]);
    }

    #[test]
    fn after_all_have_gone_a_reader_tidies_up() {
        let list = List::new();
        let items: Vec<_> = (0..20_000).map(Number::new).collect();
        items.iter().for_each(|item| list.push(item.clone()));
        items.iter().for_each(|item| item.close());
        assert!(open(&list).is_empty());
        assert!(places(&list) <= LEAST, "{}", places(&list));
        let weak: Vec<_> = items.iter().map(Arc::downgrade).collect();
        drop(items);
        assert!(weak.iter().all(|item| item.upgrade().is_none()), "nothing keeps them");
    }

    #[test]
    fn what_a_reader_adds_it_does_not_see_itself() {
        let list = List::new();
        list.push(Number::new(0));
        let runs = list.fold(0, |runs, item| {
            // Enough to fill several chunks and to gather them.
            (1..1_000).for_each(|value| list.push(Number::new(item.value + value)));
            runs + 1
        });
        assert_eq!(runs, 1);
        assert_eq!(open(&list), (0..1_000).collect::<Vec<_>>());
    }

    /// While several threads add, close some of what they added, and read, each reader sees every open item that was there
    /// before, in its thread's order, once.
    #[test]
    fn nothing_is_lost_while_others_add_close_and_gather() {
        const THREADS: usize = 4;
        const EACH: usize = 20_000;
        let list = List::new();
        let start = Barrier::new(THREADS);
        thread::scope(|scope| {
            for own in 0..THREADS {
                let (list, start) = (&list, &start);
                scope.spawn(move || {
                    start.wait();
                    let mut kept = Vec::new();
                    for at in 0..EACH {
                        let item = Number::new(own * EACH + at);
                        list.push(item.clone());
                        if at % 100 == 0 {
                            kept.push(item.value);
                        } else {
                            item.close();
                        }
                        if at % 2_000 == 0 {
                            let mine: Vec<_> = open(list)
                                .into_iter()
                                .filter(|value| (own * EACH..(own + 1) * EACH).contains(value))
                                .collect();
                            assert_eq!(mine, kept);
                        }
                    }
                });
            }
        });
        let mut all = open(&list);
        assert_eq!(all.len(), THREADS * EACH / 100);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), THREADS * EACH / 100);
    }
}
