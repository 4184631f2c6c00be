//! Workers that are threads.

use std::cell::Cell;
use std::hint;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use super::claims::{Claim, Why};
use super::core::{LaneCore, Over};
use super::crew::Presence;
use super::envelope::{Envelope, Key};
use super::hands::Hands;
use super::record::Record;
use super::route::{Ran, SendCell};
use super::settings::Wait;
use super::settle::{Desk, Settled};
use super::sleep::{Waiter, sleep};
use super::work::Work;
use crate::bus::Inner;

thread_local! {
    /// The lane for which this thread works.
    static LANE: Cell<*const LaneCore> = const { Cell::new(ptr::null()) };
}

/// Whether this thread works for the lane at this moment.
pub(super) fn works_for(lane: &LaneCore) -> bool {
    ptr::eq(LANE.get(), lane)
}

/// Whether this thread works for any lane at this moment.
pub(super) fn is_worker() -> bool {
    !LANE.get().is_null()
}

/// Says for its life that this thread works for a lane.
pub(super) struct AtWork(*const LaneCore);

impl AtWork {
    pub(super) fn on(lane: &LaneCore) -> Self {
        Self(LANE.replace(lane))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        LANE.set(self.0);
    }
}

/// Starts a worker at a place of its lane.
pub(super) fn start(inner: &Arc<Inner>, place: usize, presence: Presence) -> io::Result<()> {
    let name = format!("{}-{place}", presence.lane.settings.name);
    let inner = inner.clone();
    // Here rather than in the thread, which may begin when the lane has long been warm.
    let state = State::new();
    thread::Builder::new().name(name).spawn(move || {
        {
            let (lane, record) = (&*presence.lane, &*presence.record);
            let _at_work = AtWork::on(lane);
            let mut worker = Worker { lane, inner: &inner, place, record, state };
            loop {
                // A worker that dies is replaced in its thread, by one that goes on with what is left in its hands.
                while catch_unwind(AssertUnwindSafe(|| worker.work())).is_err() {
                    worker.died();
                }
                if lane.may_leave(place) {
                    break;
                }
            }
        }
        // The bus first, for it may be this thread that drops the last of it; then the news that it has gone.
        drop(inner);
        drop(presence);
    })?;
    Ok(())
}

struct Worker<'a> {
    lane: &'a LaneCore,
    inner: &'a Inner,
    place: usize,
    record: &'a Record,
    state: State,
}

struct State {
    hands: Hands,
    /// What is to be told with the next claim.
    over: Over,
    current: Current,
}

/// What is under way.
enum Current {
    Nothing,
    /// The events of the batch, of which the record names the one.
    Batch,
    /// An event whose key was taken for it.
    Event(SendCell, Option<Key>),
    /// Something whose event is counted elsewhere. The key is free when it is over.
    One(Option<Key>),
}

impl State {
    fn new() -> Self {
        Self { hands: Hands::new(), over: Over::Nothing, current: Current::Nothing }
    }
}

impl Worker<'_> {
    fn desk(&self) -> Desk<'_> {
        Desk { lane: self.lane, inner: self.inner, record: self.record }
    }

    fn work(&mut self) {
        let mut idle = Idle::new(self.lane.settings.wait);
        if !self.state.hands.is_empty() {
            self.batch();
        }
        loop {
            let over = std::mem::replace(&mut self.state.over, Over::Nothing);
            match self.lane.claim(self.place, Some(&mut self.state.hands), self.record, over) {
                Claim::Work(work, key) => {
                    idle.reset();
                    self.one(work, key);
                }
                Claim::Batch(count) => {
                    idle.reset();
                    let start = (count > 1).then(Instant::now);
                    self.batch();
                    self.state.hands.took(start.map_or(0, |start| start.elapsed().as_micros()));
                }
                Claim::Nothing { until, why } => idle.wait(self.lane, self.place, until, why),
                Claim::Leave => return,
            }
        }
    }

    /// Runs what the hands hold.
    fn batch(&mut self) {
        self.state.current = Current::Batch;
        while let Some(troubled) = self.next_of_batch() {
            if let Some((envelope, ran)) = troubled
                && let Settled::Window(cell, _) = self.desk().first(envelope, ran, true)
            {
                self.window(cell);
            }
            self.record.one_over();
            if self.lane.is_interrupted() {
                self.lane.give_back(&mut self.state.hands, self.record);
            }
        }
        self.state.current = Current::Nothing;
        self.state.over = Over::Batch;
    }

    /// Runs the next event in the hands, if there is one. Gives it back where more is to be done with it.
    #[inline(always)]
    fn next_of_batch(&mut self) -> Option<Option<(Envelope, Ran)>> {
        let envelope = self.state.hands.next_in_place()?;
        match envelope.route().any().run(&envelope) {
            Ran::Clean => Some(None),
            ran => Some(Some((envelope.into_inner(), ran))),
        }
    }

    /// Does one piece of work.
    fn one(&mut self, work: Work, key: Option<Key>) {
        self.state.current = match &work {
            Work::New(envelope) => Current::Event(SendCell(envelope.cell()), key),
            _ => Current::One(None),
        };
        let key = match work {
            Work::New(envelope) => {
                let ran = envelope.route().any().run(&envelope);
                match self.desk().first(envelope, ran, false) {
                    Settled::Over => key,
                    Settled::KeepsKey => None,
                    Settled::Window(cell, keeps_key) => {
                        let key = key.filter(|_| !keeps_key);
                        self.state.current = Current::One(key);
                        self.window(cell);
                        key
                    }
                }
            }
            Work::Again(again) => {
                let case = again.case.clone();
                let trouble = case.event.route().any().run_again(&case.event, again.tries());
                let key = self.desk().again(again, trouble);
                // The last of the event may go here, and that is foreign code.
                self.state.current = Current::One(key);
                drop(case);
                key
            }
            Work::Window(cell, step) => {
                // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
                let step = unsafe { cell.route() }.any().run_window(cell.0, step);
                self.desk().window(cell, step);
                None
            }
        };
        self.state.current = Current::Nothing;
        self.record.end();
        self.state.over = Over::Work(key);
    }

    fn window(&self, cell: SendCell) {
        // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
        let step = unsafe { cell.route() }.any().run_window(cell.0, super::batch::Step::Due);
        self.desk().window(cell, step);
    }

    /// Accounts for what was under way when something outside of a handler panicked.
    #[cold]
    fn died(&mut self) {
        self.lane.counts.deaths.fetch_add(1, Ordering::Relaxed);
        let current = std::mem::replace(&mut self.state.current, Current::Nothing);
        let cell = match &current {
            Current::Batch => self.record.current().map(SendCell),
            Current::Event(cell, _) => Some(*cell),
            Current::Nothing | Current::One(_) => None,
        };
        let lost = cell.filter(|_| !self.record.is_settled());
        if lost.is_some() {
            let _claims = self.lane.lock();
            self.record.one_dead();
        }
        match current {
            Current::Nothing => return,
            Current::Batch => {
                self.record.one_over();
                // With what is left in its hands it goes on first.
                self.state.over = Over::Batch;
            }
            Current::Event(_, key) | Current::One(key) => {
                self.record.end();
                self.state.over = Over::Work(key);
            }
        }
        if let Some(cell) = lost {
            // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
            let event = unsafe { cell.route() }.any().event();
            self.desk().died(event);
        }
    }
}

/// How a worker waits.
struct Idle {
    wait: Wait,
    looked: u32,
}

/// How often a worker looks again before it sleeps.
const LOOKS: u32 = 200;

impl Idle {
    fn new(wait: Wait) -> Self {
        Self { wait, looked: 0 }
    }

    fn reset(&mut self) {
        self.looked = 0;
    }

    fn wait(&mut self, lane: &LaneCore, place: usize, until: Option<Instant>, why: Why) {
        self.looked = self.looked.saturating_add(1);
        match self.wait {
            // What holds the lane may hold it long: no strategy looks for events meanwhile.
            _ if why == Why::Held => self.park(lane, place, until, why),
            Wait::Spin => look(lane, 100, hint::spin_loop),
            Wait::Yield => look(lane, 1, thread::yield_now),
            Wait::Park if why == Why::Soon => look(lane, 10, thread::yield_now),
            Wait::Park if self.looked == 1 && why == Why::Empty => look(lane, LOOKS, hint::spin_loop),
            Wait::Park => self.park(lane, place, until, why),
        }
    }

    fn park(&mut self, lane: &LaneCore, place: usize, until: Option<Instant>, why: Why) {
        let ticket = lane.idle.announce(Waiter::this_thread());
        if !lane.is_worth_a_look(place, until, why) {
            sleep(until);
            self.looked = 0;
        }
        // If it was woken meanwhile, it was for what it looks for next.
        lane.idle.retract(&ticket);
    }
}

/// Looks so often whether there is something to do, and waits in between.
fn look(lane: &LaneCore, times: u32, between: fn()) {
    for _ in 0..times {
        if lane.has_queued() {
            return;
        }
        between();
    }
}
