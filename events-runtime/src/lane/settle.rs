//! What becomes of an event with which something went wrong.

use std::sync::Arc;
use std::time::Instant;

use super::batch::{Gathered, Step, Troubled};
use super::core::LaneCore;
use super::dead_letter::Draft;
use super::envelope::{Envelope, Key};
use super::record::Record;
use super::retry::next_try;
use super::route::{Ran, SendCell};
use super::run::Tries;
use super::settings::KeyOrder;
use super::trouble::{Attempt, Reason, Target, Trouble};
use super::work::{Again, Case, Note, Work};
use crate::bus::Inner;

/// A worker's view of its lane, for settling what its runs lead to.
pub(super) struct Desk<'a> {
    pub(super) lane: &'a LaneCore,
    pub(super) inner: &'a Inner,
    pub(super) record: &'a Record,
}

/// What came of one run of an event's table.
pub(super) enum Settled {
    /// Nothing further. The key, if the event still has it, is free.
    Over,
    /// The key stays with the event.
    KeepsKey,
    /// The window of its type is full.
    Window(SendCell, bool),
}

/// How the event stands that is settled.
#[derive(Clone, Copy, Default)]
struct Stand {
    /// Its key is not among those taken: it is of a batch that a worker took for itself.
    sole: bool,
    /// It is still in the worker's hands.
    first: bool,
}

impl Desk<'_> {
    /// Takes in how the first run of an event ended. `sole` says that its key is not among those taken.
    pub(super) fn first(&self, envelope: Envelope, ran: Ran, sole: bool) -> Settled {
        match ran {
            Ran::Clean => Settled::Over,
            Ran::Gather(cut) => self.gather(envelope, None, cut, sole),
            Ran::Trouble { trouble, gather: Some(cut) } => self.gather(envelope, Some(trouble), cut, sole),
            Ran::Trouble { trouble, gather: None } => {
                let key = envelope.key();
                self.settle(envelope, Some(trouble), Vec::new(), key, Stand { sole, first: true })
            }
        }
    }

    /// Puts the event into its window. One in trouble keeps its key: its handlers are tried again behind the batch.
    fn gather(&self, envelope: Envelope, trouble: Option<Box<Trouble>>, cut: usize, sole: bool) -> Settled {
        let holds = envelope.key().filter(|_| trouble.is_some() && self.is_strict());
        let cell = SendCell(envelope.cell());
        let note = Note { key: None, cx: None, holds: holds.is_some(), trouble, cut };
        // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
        let route = unsafe { cell.route() };
        let holds = {
            let mut claims = self.lane.lock();
            if let Some(key) = holds.filter(|_| sole) {
                claims.keys.hold(key);
                self.lane.interrupt();
            }
            self.record.one_moved();
            match route.any().gather(envelope, note) {
                Gathered::Waits => (),
                Gathered::Full => return Settled::Window(cell, holds.is_some()),
                Gathered::Until(due) => claims.at(due, Work::Window(cell, Step::Timer)),
                Gathered::Overfull => claims.overfull += 1,
            }
            holds.is_some()
        };
        // Whoever sleeps until a later time is to sleep less.
        self.lane.idle.wake_fenced(1);
        if holds { Settled::KeepsKey } else { Settled::Over }
    }

    /// Takes in what came of a step of a window.
    pub(super) fn window(&self, cell: SendCell, step: Step) {
        // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
        let route = unsafe { cell.route() };
        match step {
            Step::Due | Step::Timer | Step::Flush | Step::Again(_) | Step::Nothing => return,
            Step::At(due) => {
                return self.at(due, Work::Window(cell, Step::Timer));
            }
            Step::Retry(due, run) => self.at(due, Work::Window(cell, Step::Again(run))),
            Step::Closed { handled, troubled, garbage } => {
                if let Some(window) = route.any().window() {
                    let _claims = self.lane.lock();
                    self.record.later(handled, 0);
                    window.release(handled as usize);
                }
                for Troubled { envelope, holds, trouble, dead } in troubled {
                    let key = envelope.key();
                    let key = key.filter(|_| holds);
                    let settled = self.settle(envelope, trouble, dead, key, Stand::default());
                    if let (Settled::Over, Some(key)) = (settled, key) {
                        self.lane.lock().end_key(key);
                        self.lane.idle.wake_fenced(1);
                    }
                }
                self.look_after(cell);
                // Last, for it is foreign code.
                return drop(garbage);
            }
        }
        self.look_after(cell);
    }

    /// Sees to the next window, now that one was run.
    fn look_after(&self, cell: SendCell) {
        // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
        let Some(window) = unsafe { cell.route() }.any().window() else { return };
        let mut claims = self.lane.lock();
        if let Some(due) = window.next_look() {
            claims.at(due, Work::Window(cell, Step::Timer));
        }
        let relieved = window.relieve();
        claims.overfull -= usize::from(relieved);
        drop(claims);
        self.lane.idle.wake_fenced(if relieved { usize::MAX } else { 1 });
    }

    /// Sorts what is tried again from what is given up. The key is the one the event has.
    fn settle(
        &self,
        envelope: Envelope,
        trouble: Option<Box<Trouble>>,
        mut dead: Vec<(Target, Vec<Attempt>)>,
        key: Option<Key>,
        stand: Stand,
    ) -> Settled {
        let trouble = trouble.map(|trouble| *trouble).unwrap_or_default();
        let mut again = Vec::new();
        for failed in trouble.failed {
            let target = failed.target;
            let pause = next_try(target.retry(), 1).filter(|_| trouble.reason.is_none());
            let attempts = vec![failed.into_attempt(1)];
            match pause {
                Some(pause) => again.push((pause, target, attempts)),
                None => dead.push((target, attempts)),
            }
        }
        let event = Arc::new(envelope);
        if let Some(reason) = trouble.reason {
            self.letter(Draft::of(&event, Target::All, reason, Vec::new()));
        }
        let is_dead = trouble.reason.is_some() || !dead.is_empty();
        for (target, attempts) in dead {
            self.give_up(&event, target, attempts);
        }
        let holds = key.filter(|_| self.is_strict());
        {
            let mut claims = self.lane.lock();
            match (stand.first, again.is_empty()) {
                (true, true) => self.record.one_dead(),
                (true, false) => self.record.one_moved(),
                (false, is_over) => {
                    self.record.later(0, u64::from(is_over));
                    if let Some(window) = event.route().any().window() {
                        window.release(1);
                    }
                }
            }
            if again.is_empty() {
                drop(claims);
                // The last of it may go here, and that is foreign code.
                return Settled::Over;
            }
            let case = Arc::new(Case::new(event, again.len() as u32, is_dead, holds));
            claims.open_case(case.event.route().any().event());
            if let Some(key) = holds.filter(|_| stand.sole) {
                claims.keys.hold(key);
                self.lane.interrupt();
            }
            let now = Instant::now();
            for (pause, target, attempts) in again {
                let again = Again { case: case.clone(), target, attempts, by_hand: false, wants_key: false };
                claims.at(now + pause, Work::Again(Box::new(again)));
            }
        }
        // Whoever sleeps until a later time is to sleep less.
        self.lane.idle.wake_fenced(1);
        if holds.is_some() { Settled::KeepsKey } else { Settled::Over }
    }

    /// Takes in how a further try of a handler ended. Returns the key that is free now.
    pub(super) fn again(&self, mut again: Box<Again>, trouble: Option<Box<Trouble>>) -> Option<Key> {
        let took_key = std::mem::take(&mut again.wants_key);
        // In a relaxed lane one that was sent again has a key for this run only.
        let key_of_run = again.case.event.key().filter(|_| took_key && again.case.holds.is_none());
        let succeeded = trouble.is_none();
        if let Some(trouble) = trouble {
            let Trouble { reason, failed } = *trouble;
            let Tries { target, attempt: number, .. } = again.tries();
            if let (Target::All, None) = (target, reason) {
                for failed in failed {
                    let target = failed.target;
                    self.give_up(&again.case.event, target, vec![failed.into_attempt(1)]);
                }
                return self.close(&again, false, key_of_run);
            }
            again.attempts.extend(failed.into_iter().map(|failed| failed.into_attempt(number)));
            if let Some(pause) = next_try(target.retry(), number).filter(|_| reason.is_none()) {
                self.at(Instant::now() + pause, Work::Again(again));
                return key_of_run;
            }
            let attempts = std::mem::take(&mut again.attempts);
            match reason {
                Some(reason) => {
                    self.letter(Draft::of(&again.case.event, target, reason, attempts));
                }
                None => self.give_up(&again.case.event, target, attempts),
            }
        }
        self.close(&again, succeeded, key_of_run)
    }

    /// Closes one handler of a case. Returns the key that is free now.
    fn close(&self, again: &Again, succeeded: bool, key_of_run: Option<Key>) -> Option<Key> {
        let Some(handled) = again.case.close(succeeded) else { return key_of_run };
        let mut claims = self.lane.lock();
        self.record.later(u64::from(handled), u64::from(!handled));
        claims.close_case(again.case.event.route().any().event());
        key_of_run.or(again.case.holds)
    }

    /// An event whose worker died with it.
    pub(super) fn died(&self, event: &'static events_core::event::EventMeta) {
        self.letter(Draft::without_event(event, Reason::WorkerDied));
    }

    fn is_strict(&self) -> bool {
        self.lane.settings.key_order == KeyOrder::Strict
    }

    fn at(&self, due: Instant, work: Work) {
        self.lane.lock().at(due, work);
        self.lane.idle.wake_fenced(1);
    }

    fn give_up(&self, event: &Arc<Envelope>, target: Target, attempts: Vec<Attempt>) {
        let reason = attempts.last().map_or(Reason::Failed, |attempt| attempt.reason);
        self.letter(Draft::of(event, target, reason, attempts));
    }

    fn letter(&self, draft: Draft) {
        self.inner.letters.add(self.inner, &self.lane.settings.name, draft);
    }
}
