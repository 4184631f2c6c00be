//! The consumer side of a lane: who gets which event.

use std::collections::{BinaryHeap, VecDeque};
use std::mem;
use std::ptr::{self, NonNull};
use std::time::Instant;

use events_core::event::EventMeta;

use super::batch::Step;
use super::envelope::{Body, Envelope, Key};
use super::keys::Keys;
use super::retry::Timed;
use super::ring::{Consumer, Ring};
use super::share::Share;
use super::work::Work;

/// All that is decided under the lane's lock.
pub(super) struct Claims {
    pub(super) consumers: [Consumer; 3],
    share: Share,
    pub(super) keys: Keys,
    /// What comes before the queues: given back by a worker, or sent again.
    pub(super) inbox: VecDeque<Work>,
    /// What has its key and waits for a worker only.
    pub(super) ready: VecDeque<Work>,
    timers: BinaryHeap<Timed>,
    turn: u64,
    /// Pieces of work that were given out and are not over.
    pub(super) under_way: usize,
    /// Whether a worker took a batch for itself, whose keys are not among `keys`.
    pub(super) sole: bool,
    /// What has to wait until that batch is over.
    pub(super) behind_sole: VecDeque<Work>,
    /// How many windows are so full that no event may be taken.
    pub(super) overfull: usize,
    pub(super) paused: bool,
    /// The lane's rate admits one more, which was not taken yet.
    pub(super) may_take: bool,
    /// The place of a worker that sleeps no longer than until the next timer.
    pub(super) watcher: Option<usize>,
    /// How many workers there are to be.
    pub(super) target: usize,
    /// How many events there are, by type, of which a handler is to run again.
    pub(super) open_cases: Vec<(&'static EventMeta, u64)>,
}

/// What a worker is to do.
pub(super) enum Claim {
    /// This; the key is its own until it says that it is over.
    Work(Work, Option<Key>),
    /// What lies in its batch, so many events.
    Batch(usize),
    /// Wait, at most until then.
    Nothing { until: Option<Instant>, why: Why },
    /// Go: the lane has ended, or there are to be fewer workers.
    Leave,
}

/// Why there is nothing to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// There is nothing, or what there is has to wait for something else.
    Empty,
    /// An event is about to appear.
    Soon,
    /// The lane is paused, or its rate is spent.
    Held,
}

/// What may be taken off the queues.
pub(super) struct Taking<'a> {
    pub(super) rings: [&'a Ring<Body>; 3],
    /// How many events may wait for a key before no more are taken.
    pub(super) most_waiting: usize,
}

impl Claims {
    pub(super) fn new(consumers: [Consumer; 3], target: usize) -> Self {
        Self {
            consumers,
            share: Share::new(),
            keys: Keys::default(),
            inbox: VecDeque::new(),
            // A key that ends puts one there, which a worker takes as soon as it comes.
            ready: VecDeque::with_capacity(64),
            timers: BinaryHeap::new(),
            turn: 0,
            under_way: 0,
            sole: false,
            behind_sole: VecDeque::new(),
            overfull: 0,
            paused: false,
            may_take: false,
            watcher: None,
            target,
            open_cases: Vec::new(),
        }
    }

    /// Whether nothing waits and nothing is under way, but for what lies in the rings.
    pub(super) fn is_quiet(&self) -> bool {
        self.is_plain() && self.ready.is_empty() && self.timers.iter().all(|timed| timed.work.is_idle())
    }

    /// Has no window wait any longer for more events. Returns whether any did.
    pub(super) fn hurry(&mut self) -> bool {
        let mut waited = false;
        let mut timers = mem::take(&mut self.timers).into_vec();
        for timed in &mut timers {
            if let Work::Window(_, step @ Step::Timer) = &mut timed.work {
                (timed.due, *step, waited) = (Instant::now(), Step::Flush, true);
            }
        }
        self.timers = timers.into();
        waited
    }

    /// Whether a worker may take events without a look at anything but the rings.
    pub(super) fn is_plain(&self) -> bool {
        self.under_way == 0
            && !self.sole
            && self.keys.is_empty()
            && self.inbox.is_empty()
            && self.behind_sole.is_empty()
            && self.overfull == 0
    }

    /// Puts work down for later.
    pub(super) fn at(&mut self, due: Instant, work: Work) {
        self.turn += 1;
        self.timers.push(Timed { due, turn: self.turn, work });
    }

    /// When work that was put down for later is next due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.timers.peek().map(|timed| timed.due)
    }

    /// Takes work that was put down for later and is due.
    pub(super) fn take_due(&mut self) -> Option<(Work, Option<Key>)> {
        if self.next_due()? > Instant::now() {
            return None;
        }
        let timed = self.timers.pop()?;
        Some(self.given(timed.work, None))
    }

    /// Takes work that has its key.
    pub(super) fn take_ready(&mut self) -> Option<(Work, Option<Key>)> {
        let work = self.ready.pop_front()?;
        let key = work.wants();
        Some(self.given(work, key))
    }

    /// Takes the next event, by the rules of keys and urgencies.
    pub(super) fn take_next(&mut self, taking: &Taking<'_>) -> Option<(Work, Option<Key>)> {
        loop {
            let work = self.next_in_turn(taking)?;
            let Some(key) = work.wants() else { return Some(self.given(work, None)) };
            if self.sole {
                // Whether the key is free is known when the batch is over.
                self.behind_sole.push_back(work);
                continue;
            }
            if let Some(work) = self.keys.begin(key, work) {
                return Some(self.given(work, Some(key)));
            }
        }
    }

    fn given(&mut self, work: Work, key: Option<Key>) -> (Work, Option<Key>) {
        self.under_way += 1;
        (work, key)
    }

    /// Whether no event may be taken off the rings: a window is too full, or too many wait for keys.
    pub(super) fn is_blocked(&self, most_waiting: usize) -> bool {
        self.overfull > 0 || self.keys.waiting() + self.behind_sole.len() >= most_waiting
    }

    /// What comes next, keys aside.
    fn next_in_turn(&mut self, taking: &Taking<'_>) -> Option<Work> {
        if let Some(work) = self.inbox.pop_front() {
            return Some(work);
        }
        if !self.sole
            && let Some(work) = self.behind_sole.pop_front()
        {
            return Some(work);
        }
        if self.is_blocked(taking.most_waiting) {
            return None;
        }
        let waits = |level: usize| !taking.rings[level].is_empty();
        // A place that is reserved and not written yet hides none of another urgency.
        let mut tried = [false; 3];
        loop {
            let (level, _) = self.share.next(|level| !tried[level] && waits(level))?;
            let (ring, consumer) = (taking.rings[level], &mut self.consumers[level]);
            let Some(place) = ring.peek(consumer) else {
                tried[level] = true;
                continue;
            };
            // SAFETY: `peek` has shown a whole envelope, which moves out here, once, before the ring goes on.
            let envelope = unsafe { take_whole(ring, consumer, place) };
            self.share.took(level, 1);
            return Some(Work::New(envelope));
        }
    }

    /// Moves up to so many events off the rings, by urgency, to where `put` says. Returns how many.
    #[inline]
    pub(super) fn take_plain(
        &mut self,
        rings: [&Ring<Body>; 3],
        most: usize,
        mut put: impl FnMut(usize, NonNull<Body>),
    ) -> usize {
        let mut taken = 0;
        let mut tried = [false; 3];
        while taken < most {
            let next = self.share.next(|level| !tried[level] && !rings[level].is_empty());
            let Some((level, share)) = next else { break };
            let (ring, consumer) = (rings[level], &mut self.consumers[level]);
            // A level that waits alone takes all there is; its share matters where others wait too.
            let alone = (0..3).all(|other| other == level || rings[other].is_empty());
            let room = if alone { most - taken } else { (share as usize).min(most - taken) };
            let mut count = 0;
            while count < room
                && let Some(place) = ring.peek(consumer)
            {
                put(taken + count, place);
                // SAFETY: `peek` has shown it, and `put` moved it out.
                unsafe { ring.advance(consumer) };
                count += 1;
            }
            tried[level] = count < room;
            self.share.took(level, count as u32);
            taken += count;
        }
        taken
    }

    /// The oldest event of a queue, to be dropped.
    pub(super) fn take_oldest(&mut self, ring: &Ring<Body>, level: usize) -> Option<Envelope> {
        let consumer = &mut self.consumers[level];
        let place = ring.peek(consumer)?;
        // SAFETY: `peek` has shown a whole envelope, which moves out here, once, before the ring goes on.
        let envelope = unsafe { take_whole(ring, consumer, place) };
        ring.publish(consumer);
        Some(envelope)
    }

    /// Notes that a handler of such an event is to run again.
    pub(super) fn open_case(&mut self, event: &'static EventMeta) {
        match self.open_cases.iter_mut().find(|(known, _)| ptr::eq(*known, event)) {
            Some((_, count)) => *count += 1,
            None => self.open_cases.push((event, 1)),
        }
    }

    /// Notes that all its handlers have run in the end, or were given up.
    pub(super) fn close_case(&mut self, event: &'static EventMeta) {
        if let Some((_, count)) = self.open_cases.iter_mut().find(|(known, _)| ptr::eq(*known, event)) {
            *count -= 1;
        }
    }

    /// Ends a piece of work that was given out, and the key that is free now.
    pub(super) fn over(&mut self, key: Option<Key>) {
        self.under_way -= 1;
        if let Some(key) = key {
            self.end_key(key);
        }
    }

    /// Ends what has a key.
    pub(super) fn end_key(&mut self, key: Key) {
        if let Some(next) = self.keys.end(key) {
            self.ready.push_back(next);
        }
    }

    /// Takes out everything that waits, but for what lies in the rings.
    pub(super) fn clear(&mut self) -> Vec<Work> {
        let mut all: Vec<Work> = self.inbox.drain(..).chain(self.ready.drain(..)).collect();
        all.extend(self.behind_sole.drain(..));
        all.extend(self.keys.clear());
        all.extend(self.timers.drain().map(|timed| timed.work));
        all
    }

    /// The events that wait for their first run, but for those in the rings.
    pub(super) fn new_events(&self) -> impl Iterator<Item = &Envelope> {
        let queues = self.inbox.iter().chain(&self.ready).chain(&self.behind_sole).chain(self.keys.iter());
        queues.filter_map(|work| match work {
            Work::New(envelope) => Some(envelope),
            _ => None,
        })
    }
}

/// Moves the envelope out of its place.
///
/// # Safety
/// `peek` has just shown this place.
unsafe fn take_whole(ring: &Ring<Body>, consumer: &mut Consumer, place: NonNull<Body>) -> Envelope {
    let mut envelope = std::mem::MaybeUninit::uninit();
    // SAFETY: there is a whole envelope at `place`; it is not used again, since the ring goes on.
    unsafe {
        Envelope::move_out(place, envelope.as_mut_ptr());
        ring.advance(consumer);
        envelope.assume_init()
    }
}
