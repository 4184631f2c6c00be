//! What becomes of a message after a run: it is complete, waits for a retry or a batch, or is given up.

use std::sync::Arc;

use super::backoff::next_backoff;
use super::batch_run::{Note, Troubled};
use super::route::Route;
use super::runner::{Again, FailedRun, Ran};
use super::window::{Gathered, Stepped};
use crate::lane::clock::later;
use crate::lane::config::KeyOrder;
use crate::lane::dead_letter::NewLetter;
use crate::lane::failure::{Attempt, Failures, Reason, Target};
use crate::lane::queue::{Key, Message, TypeRef};
use crate::lane::schedule::{
    BatchStep, IncompleteMessage, Job, PendingRetry, Scheduler, Stage, WorkerCounts,
};

/// Where a worker reports what its runs led to.
pub(in crate::lane) struct Completion<'a> {
    pub(in crate::lane) lane: &'a Arc<Scheduler>,
    pub(in crate::lane) counts: &'a WorkerCounts,
}

/// What came of the first run of a message.
pub(in crate::lane) enum Completed {
    /// The worker is done with it. Its key, if it still has it, is free.
    Yes,
    /// The key stays with the message.
    KeepsKey,
    /// The window of its type is full. Whether the key stays with the message.
    WindowFull(TypeRef, bool),
}

/// Where a message of which a handler failed is accounted for.
#[derive(Clone, Copy, Default)]
struct Standing {
    /// Its key is not among those taken: it is of a local batch.
    local: bool,
    /// It is the one that the worker has under way.
    first: bool,
}

impl Completion<'_> {
    /// Takes in how the first run of a message ended. `local` says that it is of a local batch.
    pub(in crate::lane) fn first(&self, message: Message, ran: Ran, local: bool) -> Completed {
        match ran {
            Ran::Clean => Completed::Yes,
            Ran::Gather(cut) => self.gather(message, None, cut, local),
            Ran::Failed(failed) => {
                let FailedRun { failures, gather } = *failed;
                match gather {
                    Some(cut) => self.gather(message, Some(Box::new(failures)), cut, local),
                    None => {
                        let (key, standing) = (message.key(), Standing { local, first: true });
                        self.failed(message, failures, Vec::new(), key, standing)
                    }
                }
            }
        }
    }

    /// Puts the event into its window. One of which a handler failed keeps its key: it is retried after the batch.
    fn gather(
        &self,
        message: Message,
        failures: Option<Box<Failures>>,
        cut: usize,
        local: bool,
    ) -> Completed {
        let holds = message.key().filter(|_| failures.is_some() && self.is_strict());
        let of = message.type_ref();
        let note = Note { key: None, extras: None, holds: holds.is_some(), failures, cut };
        {
            let mut state = self.lane.lock();
            if let Some(key) = holds.filter(|_| local) {
                state.hold_key(key);
                self.lane.interrupt();
            }
            self.counts.one_moved();
            match Route::of(&of).handlers().gather(message, note) {
                Gathered::Waits => (),
                Gathered::Full => return Completed::WindowFull(of, holds.is_some()),
                Gathered::Until(due) => state.add_timer(due, Job::Batch(of, BatchStep::Timer)),
                Gathered::Overfull => state.window_overfull(),
            }
        }
        // A worker that sleeps until a later time has to look again.
        self.lane.idle.wake_fenced(1);
        if holds.is_some() { Completed::KeepsKey } else { Completed::Yes }
    }

    /// Takes in what came of a step of a window.
    pub(in crate::lane) fn stepped(&self, of: TypeRef, stepped: Stepped) {
        match stepped {
            Stepped::Nothing => return,
            Stepped::At(due) => return self.at(due, Job::Batch(of, BatchStep::Timer)),
            Stepped::Retry(due, run) => self.at(due, Job::Batch(of, BatchStep::Resume(run))),
            Stepped::Closed { handled, troubled, done } => {
                if let Some(window) = Route::of(&of).handlers().window() {
                    let _state = self.lane.lock();
                    self.counts.later(handled, 0);
                    window.load().release(handled as usize);
                }
                for Troubled { message, holds, failures, dead } in troubled {
                    let key = message.key().filter(|_| holds);
                    let failures = failures.map(|failures| *failures).unwrap_or_default();
                    let completed = self.failed(message, failures, dead, key, Standing::default());
                    if let (Completed::Yes, Some(key)) = (completed, key) {
                        self.lane.lock().free_key(key);
                        self.lane.idle.wake_fenced(1);
                    }
                }
                self.look_after(of);
                return drop(done);
            }
        }
        self.look_after(of);
    }

    /// Schedules the next window, now that one was run.
    fn look_after(&self, of: TypeRef) {
        let Some(window) = Route::of(&of).handlers().window() else { return };
        let mut state = self.lane.lock();
        if let Some(due) = window.next_look() {
            state.add_timer(due, Job::Batch(of, BatchStep::Timer));
        }
        let relieved = window.relieve();
        if relieved {
            state.window_relieved();
        }
        drop(state);
        self.lane.idle.wake_fenced(if relieved { usize::MAX } else { 1 });
    }

    /// Retries each handler that failed, or makes a dead letter of it. `dead` are batch handlers that gave up already.
    #[cold]
    #[inline(never)]
    fn failed(
        &self,
        message: Message,
        failures: Failures,
        mut dead: Vec<(Target, Vec<Attempt>)>,
        key: Option<Key>,
        standing: Standing,
    ) -> Completed {
        let Failures { reason, handlers } = failures;
        let mut retries = Vec::new();
        for failed in handlers {
            let target = failed.target;
            let backoff = next_backoff(target.retry(), 1, failed.is_retryable).filter(|_| reason.is_none());
            let attempts = vec![failed.into_attempt(1)];
            match backoff {
                Some(backoff) => retries.push((backoff, target, attempts)),
                None => dead.push((target, attempts)),
            }
        }
        let message = Arc::new(message);
        let mut letters: Vec<NewLetter> =
            reason.map(|reason| NewLetter::new(&message, reason)).into_iter().collect();
        letters.extend(dead.into_iter().map(|(target, attempts)| given_up(&message, target, attempts)));
        let is_dead = !letters.is_empty();
        let holds = key.filter(|_| self.is_strict());
        let of = message.type_ref();
        let event = of.get().event();
        let store = Route::of(&of).letters();
        let mut announcements = Vec::with_capacity(letters.len());
        {
            let mut state = self.lane.lock();
            if self.lane.stage() == Stage::Ended {
                // No retry begins any more. The report of the shutdown names the message as left.
                if standing.first {
                    self.counts.one_moved();
                    state.begin_retrying(event);
                }
                return Completed::Yes;
            }
            announcements.extend(letters.into_iter().map(|letter| store.keep(self.lane, letter)));
            match (standing.first, retries.is_empty()) {
                (true, true) => self.counts.one_dead(),
                (true, false) => self.counts.one_moved(),
                (false, is_over) => {
                    self.counts.later(0, u64::from(is_over));
                    if let Some(window) = Route::of(&of).handlers().window() {
                        window.load().release(1);
                    }
                }
            }
            if !retries.is_empty() {
                let open = retries.len() as u32;
                let incomplete = Arc::new(IncompleteMessage::new(message, open, is_dead, holds));
                state.begin_retrying(event);
                if let Some(key) = holds.filter(|_| standing.local) {
                    state.hold_key(key);
                    self.lane.interrupt();
                }
                let now = self.lane.now();
                for (backoff, target, attempts) in retries.drain(..) {
                    let of = incomplete.clone();
                    let from_dead_letter = of.message.is_from_dead_letter();
                    let retry = PendingRetry {
                        of,
                        target,
                        attempts,
                        resent: false,
                        from_dead_letter,
                        wants_key: false,
                    };
                    state.add_timer(later(now, backoff), Job::Retry(Box::new(retry)));
                }
                drop(state);
                // A worker that sleeps until a later time has to look again.
                self.lane.idle.wake_fenced(1);
                announcements.into_iter().for_each(|letter| store.announce(self.lane, letter));
                return if holds.is_some() { Completed::KeepsKey } else { Completed::Yes };
            }
        }
        announcements.into_iter().for_each(|letter| store.announce(self.lane, letter));
        Completed::Yes
    }

    /// Takes in how a retry ended. Returns the key that is free now.
    pub(in crate::lane) fn retried(
        &self,
        mut retry: Box<PendingRetry>,
        failures: Option<Box<Failures>>,
    ) -> Option<Key> {
        let took_key = std::mem::take(&mut retry.wants_key);
        // In a relaxed lane one that was sent again has a key for this run only.
        let key_of_run = retry.of.message.key().filter(|_| took_key && retry.of.holds.is_none());
        let Some(failures) = failures else { return self.close(&retry, Vec::new(), key_of_run) };
        let Failures { reason, handlers } = *failures;
        let (target, attempt) = (retry.target, retry.attempt());
        let message = &retry.of.message;
        if let (Target::All, None) = (target, reason) {
            let letters = handlers.into_iter().map(|failed| {
                let target = failed.target;
                given_up(message, target, vec![failed.into_attempt(1)])
            });
            return self.close(&retry, letters.collect(), key_of_run);
        }
        let is_retryable = handlers.iter().all(|failed| failed.is_retryable);
        retry.attempts.extend(handlers.into_iter().map(|failed| failed.into_attempt(attempt)));
        if let Some(backoff) =
            next_backoff(target.retry(), attempt, is_retryable).filter(|_| reason.is_none())
        {
            self.at(later(self.lane.now(), backoff), Job::Retry(retry));
            return key_of_run;
        }
        let attempts = std::mem::take(&mut retry.attempts);
        let letter = match reason {
            Some(reason) => NewLetter::new(&retry.of.message, reason).by(target, attempts),
            None => given_up(&retry.of.message, target, attempts),
        };
        self.close(&retry, vec![letter], key_of_run)
    }

    /// Completes one handler of a message, which succeeded if there are no letters. Returns the key that is free now.
    fn close(&self, retry: &PendingRetry, letters: Vec<NewLetter>, key_of_run: Option<Key>) -> Option<Key> {
        let of = retry.of.message.type_ref();
        let store = Route::of(&of).letters();
        let succeeded = letters.is_empty();
        let mut key = key_of_run;
        let mut announcements = Vec::with_capacity(letters.len());
        {
            let mut state = self.lane.lock();
            if self.lane.stage() == Stage::Ended {
                return key;
            }
            announcements.extend(letters.into_iter().map(|letter| store.keep(self.lane, letter)));
            if let Some(handled) = retry.of.complete_one(succeeded) {
                self.counts.later(u64::from(handled), u64::from(!handled));
                state.end_retrying(of.get().event());
                key = key.or(retry.of.holds);
            }
        }
        announcements.into_iter().for_each(|letter| store.announce(self.lane, letter));
        key
    }

    /// A message that was lost with its worker: `settled` says that it is accounted for already.
    pub(in crate::lane) fn lost(&self, of: TypeRef) {
        let route = Route::of(&of);
        let announcement = {
            let mut state = self.lane.lock();
            if self.counts.is_settled() {
                return;
            }
            if self.lane.stage() == Stage::Ended {
                // The report of the shutdown is the last word: it names the message as left.
                self.counts.one_moved();
                state.begin_retrying(route.event());
                return;
            }
            self.counts.one_dead();
            route.letters().keep(self.lane, NewLetter::without_message(route.event(), Reason::WorkerDied))
        };
        route.letters().announce(self.lane, announcement);
    }

    fn is_strict(&self) -> bool {
        self.lane.settings.key_order == KeyOrder::Strict
    }

    fn at(&self, due: std::time::Instant, job: Job) {
        self.lane.lock().add_timer(due, job);
        self.lane.idle.wake_fenced(1);
    }
}

/// How a pending retry is run.
pub(in crate::lane) fn again(retry: &PendingRetry) -> Again {
    Again { target: retry.target, attempt: retry.attempt(), resent: retry.resent }
}

/// The letter of a handler that gave a message up after these attempts.
fn given_up(message: &Arc<Message>, target: Target, attempts: Vec<Attempt>) -> NewLetter {
    let reason = attempts.last().map_or(Reason::Failed, |attempt| attempt.reason);
    NewLetter::new(message, reason).by(target, attempts)
}
