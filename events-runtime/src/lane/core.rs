//! A lane that is open: its queues, and who takes what from them.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use super::claims::{Claim, Claims, Taking, Why};
use super::envelope::{Body, Envelope, Key};
use super::hands::Hands;
use super::pool::Contexts;
use super::quiet::Quiet;
use super::rate::RateLimit;
use super::record::Record;
use super::ring::{Consumer, Ring};
use super::settings::Lane;
use super::share::URGENCIES;
use super::sleep::Sleepers;
use super::slow::SlowHandlers;
use super::watermark::Gauge;
use super::work::Work;
use crate::sync::Mutex;

/// A lane that is open. Its envelopes are of routes to this lane, and of no other.
pub(crate) struct LaneCore {
    pub(super) settings: Lane,
    pub(super) queues: [Queue; 3],
    claims: CachePadded<Mutex<Claims>>,
    /// Told when nothing is left to do.
    pub(super) quiet: Quiet,
    /// The workers that wait for events.
    pub(super) idle: Sleepers,
    /// Asks a worker that took a batch to give back what it has not begun.
    interrupt: AtomicBool,
    stage: AtomicU8,
    pub(super) contexts: Contexts,
    pub(super) slow: Arc<SlowHandlers>,
    pub(super) counts: Counts,
    pub(super) crew: Mutex<Crew>,
    rate: RateLimit,
}

/// The queue of one urgency.
pub(super) struct Queue {
    pub(super) ring: Ring<Body>,
    /// The senders that wait for room.
    pub(super) room: Sleepers,
    pub(super) gauge: Gauge,
}

/// What is counted apart from the workers.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) rejected: AtomicU64,
    /// Sent, and dropped before they were queued.
    pub(super) dropped_newest: AtomicU64,
    /// Queued, and dropped by a sender.
    pub(super) dropped_oldest: AtomicU64,
    pub(super) resent: AtomicU64,
    pub(super) deaths: AtomicU64,
}

/// The workers that are or were.
#[derive(Default)]
pub(super) struct Crew {
    /// Those that are there.
    pub(super) records: Vec<Arc<Record>>,
    /// Which places are taken.
    pub(super) present: Vec<bool>,
    /// What those counted who went.
    pub(super) handled: u64,
    pub(super) dead: u64,
}

/// How far a lane has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Stage {
    Open,
    /// Nothing new comes in; what is inside is still handled.
    Draining,
    /// Nothing is begun any more.
    Abandoned,
}

/// What a worker has ended with, when it comes for more.
pub(super) enum Over {
    Nothing,
    /// A piece of work, and the key that is free now.
    Work(Option<Key>),
    /// The batch it took for itself.
    Batch,
}

impl LaneCore {
    pub(super) fn new(settings: Lane) -> Self {
        let (rings, consumers): (Vec<_>, Vec<_>) =
            URGENCIES.iter().map(|_| Ring::new(settings.capacity)).unzip();
        let mut levels = URGENCIES.into_iter();
        let mut rings = rings.into_iter();
        let queues = std::array::from_fn(|_| {
            let (Some(ring), Some(urgency)) = (rings.next(), levels.next()) else {
                unreachable!("a ring was made for each urgency")
            };
            let gauge = Gauge::new(settings.watermarks.clone(), urgency);
            Queue { ring, room: Sleepers::first_come(), gauge }
        });
        let mut consumers = consumers.into_iter();
        let consumers: [Consumer; 3] = std::array::from_fn(|_| match consumers.next() {
            Some(consumer) => consumer,
            None => unreachable!("a ring was made for each urgency"),
        });
        let target = settings.workers;
        Self {
            queues,
            claims: CachePadded::new(Mutex::new(Claims::new(consumers, target))),
            quiet: Quiet::new(),
            idle: Sleepers::last_come(),
            interrupt: AtomicBool::new(false),
            stage: AtomicU8::new(Stage::Open as u8),
            contexts: Contexts::new(settings.most_inside()),
            slow: Arc::default(),
            counts: Counts::default(),
            crew: Mutex::default(),
            rate: RateLimit::new(&settings),
            settings,
        }
    }

    /// Whether `async` handlers can run on it.
    pub(crate) fn runs_async(&self) -> bool {
        self.settings.runs_async()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock()
    }

    pub(super) fn rings(&self) -> [&Ring<Body>; 3] {
        self.queues.each_ref().map(|queue| &queue.ring)
    }

    pub(super) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Open,
            1 => Stage::Draining,
            _ => Stage::Abandoned,
        }
    }

    /// Whether nothing new comes in.
    pub(super) fn is_closed(&self) -> bool {
        self.stage() != Stage::Open
    }

    /// Goes on to a stage, never back. Senders that wait for room and workers that wait for events look again.
    pub(super) fn enter(&self, stage: Stage) {
        self.queues.iter().for_each(|queue| queue.ring.close());
        {
            let _claims = self.lock();
            self.stage.fetch_max(stage as u8, Ordering::AcqRel);
            self.interrupt.store(true, Ordering::Relaxed);
        }
        self.quiet.tell();
        self.queues.iter().for_each(|queue| queue.room.wake_fenced(usize::MAX));
        self.idle.wake_fenced(usize::MAX);
    }

    /// Changes something that workers heed under the lock, and has them look again.
    pub(super) fn change(&self, change: impl FnOnce(&mut Claims)) {
        change(&mut self.lock());
        self.interrupt.store(true, Ordering::Relaxed);
        self.idle.wake_fenced(usize::MAX);
    }

    /// Whether a worker is to give back what it took and has not begun.
    #[inline(always)]
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Asks for that.
    pub(super) fn interrupt(&self) {
        self.interrupt.store(true, Ordering::Relaxed);
    }

    /// Gives the worker at this place something to do. `hands` is where a batch may be put.
    pub(super) fn claim(
        &self,
        place: usize,
        hands: Option<&mut Hands>,
        record: &Record,
        over: Over,
    ) -> Claim {
        let mut claims = self.lock();
        match over {
            Over::Nothing => (),
            Over::Work(key) => claims.over(key),
            Over::Batch => claims.sole = false,
        }
        if claims.watcher == Some(place) {
            claims.watcher = None;
        }
        let stage = self.stage();
        if stage == Stage::Abandoned || place >= claims.target {
            self.tell_if_quiet(claims);
            // Whoever was about to wake this worker meant one that stays.
            self.idle.wake_fenced(1);
            return Claim::Leave;
        }
        if claims.paused && stage == Stage::Open {
            self.tell_if_quiet(claims);
            return Claim::Nothing { until: None, why: Why::Held };
        }
        let due = claims.next_due();
        if let Some(hands) = hands
            && claims.target == 1
            && claims.is_plain()
            && claims.ready.is_empty()
            && due.is_none_or(|due| due > Instant::now())
            && self.rate.is_none()
        {
            self.interrupt.store(false, Ordering::Relaxed);
            let count = hands.take(&mut claims, self.rings(), record);
            if count > 0 {
                claims.sole = true;
                self.publish(claims, false);
                return Claim::Batch(count);
            }
        } else {
            let mut given = claims.take_due();
            if given.is_none() {
                if let Some(wait) = self.wait_for_rate(&mut claims) {
                    let until = Instant::now() + wait;
                    let until = due.map_or(until, |due| due.min(until));
                    claims.watcher = Some(place);
                    return Claim::Nothing { until: Some(until), why: Why::Held };
                }
                given = claims.take_ready().or_else(|| claims.take_next(&self.taking()));
                claims.may_take &= given.is_none();
            }
            if let Some((work, key)) = given {
                record.begin(&work);
                // If this worker was the one that would wake for the next timer, another has to.
                let unwatched = claims.watcher.is_none() && claims.next_due().is_some();
                let more = unwatched || !claims.ready.is_empty() || self.has_new(&claims);
                self.publish(claims, more);
                return Claim::Work(work, key);
            }
        }
        if stage == Stage::Draining
            && claims.ready.is_empty()
            && !self.has_new(&claims)
            && claims.hurry()
            && let Some((work, key)) = claims.take_due()
        {
            record.begin(&work);
            self.publish(claims, true);
            return Claim::Work(work, key);
        }
        self.nothing(place, claims, stage)
    }

    /// How long to wait before the next event may be taken off the lane. `None` if it may be taken now.
    fn wait_for_rate(&self, claims: &mut Claims) -> Option<Duration> {
        if self.rate.is_none() || claims.may_take || (claims.ready.is_empty() && !self.has_new(claims)) {
            return None;
        }
        let wait = self.rate.wait();
        // It stays so until one is taken: all that is there may have to wait for its key.
        claims.may_take = wait.is_none();
        wait
    }

    /// Takes in that a piece of work is over, from a worker that may not come for more.
    #[cfg(feature = "tokio")]
    pub(super) fn over(&self, key: Option<Key>) {
        let mut claims = self.lock();
        claims.over(key);
        let more = !claims.ready.is_empty();
        self.tell_if_quiet(claims);
        if more {
            self.idle.wake_fenced(1);
        }
    }

    /// What there is to do for a worker that finds nothing: wait, or go when all is over.
    fn nothing(&self, place: usize, mut claims: MutexGuard<'_, Claims>, stage: Stage) -> Claim {
        // Places may have been passed over: those that hold no event, and those whose events wait for their keys now.
        for (queue, consumer) in self.queues.iter().zip(&mut claims.consumers) {
            queue.ring.publish(consumer);
        }
        let soon = !claims.is_blocked(self.settings.capacity) && self.has_queued();
        let is_over = stage == Stage::Draining && self.is_quiet(&claims);
        let until = claims.next_due();
        if until.is_some() && !is_over {
            claims.watcher = Some(place);
        }
        self.tell_if_quiet(claims);
        for queue in &self.queues {
            // Some of that was given back without a word.
            if !queue.ring.is_full() {
                queue.room.wake_fenced(usize::MAX);
            }
            queue.gauge.fell(|| queue.ring.len());
        }
        if is_over {
            self.idle.wake_fenced(usize::MAX);
            return Claim::Leave;
        }
        Claim::Nothing { until, why: if soon { Why::Soon } else { Why::Empty } }
    }

    /// Tells those who wait for it if there is nothing left to do.
    fn tell_if_quiet(&self, claims: MutexGuard<'_, Claims>) {
        let is_quiet = self.is_quiet(&claims);
        drop(claims);
        if is_quiet {
            self.quiet.tell();
        }
    }

    /// The last look of a worker that has announced that it sleeps until then.
    pub(super) fn is_worth_a_look(&self, place: usize, until: Option<Instant>, why: Why) -> bool {
        let claims = self.lock();
        let stage = self.stage();
        let is_held = claims.paused && stage == Stage::Open;
        let is_earlier = match (claims.next_due(), until) {
            (Some(due), Some(until)) => due < until,
            (due, None) => due.is_some(),
            (None, Some(_)) => false,
        };
        stage == Stage::Abandoned
            || place >= claims.target
            || (!is_held && is_earlier)
            || (!is_held && why != Why::Held && (!claims.ready.is_empty() || self.has_new(&claims)))
            || (why == Why::Held && until.is_none() && !is_held)
            || (stage == Stage::Draining && self.is_quiet(&claims))
    }

    fn taking(&self) -> Taking<'_> {
        Taking { rings: self.rings(), most_waiting: self.settings.capacity }
    }

    fn has_new(&self, claims: &Claims) -> bool {
        !claims.inbox.is_empty()
            || (!claims.sole && !claims.behind_sole.is_empty())
            || (!claims.is_blocked(self.settings.capacity) && self.has_queued())
    }

    /// Whether anything lies in a ring.
    pub(super) fn has_queued(&self) -> bool {
        self.queues.iter().any(|queue| !queue.ring.is_empty())
    }

    /// Gives room back to the senders, and wakes another worker where there is `more` to do.
    fn publish(&self, mut claims: MutexGuard<'_, Claims>, more: bool) {
        let mut freed = [0; 3];
        for (level, queue) in self.queues.iter().enumerate() {
            freed[level] = queue.ring.publish(&mut claims.consumers[level]);
        }
        drop(claims);
        for (queue, freed) in self.queues.iter().zip(freed).filter(|(_, freed)| *freed > 0) {
            queue.room.wake_behind_order(freed);
            queue.gauge.fell(|| queue.ring.len());
        }
        if more {
            self.idle.wake_fenced(1);
        }
    }

    /// Takes back what a worker took for itself and has not begun. It comes before all that others took meanwhile.
    pub(super) fn give_back(&self, hands: &mut Hands, record: &Record) {
        let mut claims = self.lock();
        let rest: Vec<Envelope> = std::iter::from_fn(|| hands.next()).collect();
        for envelope in rest.into_iter().rev() {
            claims.behind_sole.push_front(Work::New(envelope));
        }
        record.gave_back();
        self.interrupt.store(false, Ordering::Relaxed);
    }

    /// How many events were ever put on it.
    pub(super) fn sent(&self) -> u64 {
        let queued: u64 = self.rings().iter().map(|ring| ring.sent()).sum();
        queued + self.counts.resent.load(Ordering::Relaxed)
    }

    /// Tells those who wait that a worker has gone.
    pub(super) fn tell_gone(&self) {
        drop(self.lock());
        self.quiet.tell();
    }
}
