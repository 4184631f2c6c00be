//! What becomes of a message after a run: it is complete, waits for a retry or a batch, or is given up.

use std::sync::Arc;

use events_core::handler::Retry;

use super::backoff::next_backoff;
use super::batch_run::{FailedEvent, Note};
use super::route::{Handlers, Route};
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

/// Where a worker reports the results of its runs.
pub(in crate::lane) struct Completion<'a> {
    pub(in crate::lane) lane: &'a Arc<Scheduler>,
    pub(in crate::lane) counts: &'a WorkerCounts,
}

/// What the first run of a message leads to.
pub(in crate::lane) enum Completed {
    /// The worker has finished the message. Its key is free.
    Yes,
    /// The message keeps its key.
    KeepsKey,
    /// The batch window of its type is full. The flag says whether the message keeps its key.
    WindowFull(TypeRef, bool),
}

/// In which run a handler of a message failed, which decides how the message is counted.
#[derive(Clone, Copy, Default)]
struct RunOrigin {
    /// A run of a local batch, whose messages do not hold their keys in the scheduler state.
    local: bool,
    /// The first run of the message, which the worker counts as under way.
    first: bool,
}

impl Completion<'_> {
    /// Records how the first run of a message ended. `local` says whether it belongs to a local batch.
    pub(in crate::lane) fn first(&self, message: Message, ran: Ran, local: bool) -> Completed {
        match ran {
            Ran::Clean => Completed::Yes,
            Ran::Gather(cut) => self.gather(message, None, cut, local),
            Ran::Failed(failed) => {
                let FailedRun { failures, gather } = *failed;
                match gather {
                    Some(cut) => self.gather(message, Some(Box::new(failures)), cut, local),
                    None => {
                        let (key, origin) = (message.key(), RunOrigin { local, first: true });
                        self.failed(message, failures, Vec::new(), key, origin)
                    }
                }
            }
        }
    }

    /// Puts the event into its batch window. If a handler has failed, the event keeps its key, because it is retried
    /// after the batch.
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
        // A worker may be sleeping until a later time.
        self.lane.idle.wake_fenced(1);
        if holds.is_some() { Completed::KeepsKey } else { Completed::Yes }
    }

    /// Records the result of a step of a batch window.
    pub(in crate::lane) fn stepped(&self, of: TypeRef, stepped: Stepped) {
        match stepped {
            Stepped::Nothing => return,
            Stepped::At(due) => return self.add_timer(due, Job::Batch(of, BatchStep::Timer)),
            Stepped::Retry(due, run) => self.add_timer(due, Job::Batch(of, BatchStep::Resume(run))),
            Stepped::Ended { handled, failed, done } => {
                if let Some(window) = Route::of(&of).handlers().window() {
                    let _state = self.lane.lock();
                    self.counts.later(handled, 0);
                    window.load().release(handled as usize);
                }
                for FailedEvent { message, holds, failures, dead } in failed {
                    let key = message.key().filter(|_| holds);
                    let failures = failures.map(|failures| *failures).unwrap_or_default();
                    let completed = self.failed(message, failures, dead, key, RunOrigin::default());
                    if let (Completed::Yes, Some(key)) = (completed, key) {
                        self.lane.lock().free_key(key);
                        self.lane.idle.wake_fenced(1);
                    }
                }
                self.schedule_window(of);
                return drop(done);
            }
        }
        self.schedule_window(of);
    }

    /// Schedules the next run of a window after one has ended.
    fn schedule_window(&self, of: TypeRef) {
        let Some(window) = Route::of(&of).handlers().window() else { return };
        let mut state = self.lane.lock();
        if let Some(due) = window.next_check() {
            state.add_timer(due, Job::Batch(of, BatchStep::Timer));
        }
        let relieved = window.relieve();
        if relieved {
            state.window_relieved();
        }
        drop(state);
        self.lane.idle.wake_fenced(if relieved { usize::MAX } else { 1 });
    }

    /// Retries each handler that failed, or makes a dead letter of it. `dead` are the batch handlers that have given up
    /// already.
    #[cold]
    #[inline(never)]
    fn failed(
        &self,
        message: Message,
        failures: Failures,
        mut dead: Vec<(Target, Vec<Attempt>)>,
        key: Option<Key>,
        origin: RunOrigin,
    ) -> Completed {
        let Failures { reason, handlers } = failures;
        let of = message.type_ref();
        let route = Route::of(&of).handlers();
        let mut retries = Vec::new();
        for failed in handlers {
            let target = failed.target;
            let retry = retry_of(route, target);
            let backoff = next_backoff(retry, 1, failed.is_retryable).filter(|_| reason.is_none());
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
        let event = of.get().event();
        let store = Route::of(&of).letters();
        let mut announcements = Vec::with_capacity(letters.len());
        {
            let mut state = self.lane.lock();
            if self.lane.stage() == Stage::Ended {
                // No retry begins once the lane has ended. The shutdown report lists the message as left.
                if origin.first {
                    self.counts.one_moved();
                    state.begin_retrying(event);
                }
                return Completed::Yes;
            }
            announcements.extend(letters.into_iter().map(|letter| store.keep(self.lane, letter)));
            match (origin.first, retries.is_empty()) {
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
                if let Some(key) = holds.filter(|_| origin.local) {
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
                        needs_key: false,
                    };
                    state.add_timer(later(now, backoff), Job::Retry(Box::new(retry)));
                }
                drop(state);
                // A worker may be sleeping until a later time.
                self.lane.idle.wake_fenced(1);
                announcements.into_iter().for_each(|letter| store.announce(self.lane, letter));
                return if holds.is_some() { Completed::KeepsKey } else { Completed::Yes };
            }
        }
        announcements.into_iter().for_each(|letter| store.announce(self.lane, letter));
        Completed::Yes
    }

    /// Records how a retry ended. Returns the key that is now free.
    pub(in crate::lane) fn retried(
        &self,
        mut retry: Box<PendingRetry>,
        failures: Option<Box<Failures>>,
    ) -> Option<Key> {
        let took_key = std::mem::take(&mut retry.needs_key);
        // On a lane with relaxed key order, a dead letter that was sent again holds its key for this run only.
        let key_of_run = retry.of.message.key().filter(|_| took_key && retry.of.holds.is_none());
        let Some(failures) = failures else { return self.complete_handler(&retry, Vec::new(), key_of_run) };
        let Failures { reason, handlers } = *failures;
        let (target, attempt) = (retry.target, retry.attempt());
        let message = &retry.of.message;
        if let (Target::All, None) = (target, reason) {
            let letters = handlers.into_iter().map(|failed| {
                let target = failed.target;
                given_up(message, target, vec![failed.into_attempt(1)])
            });
            return self.complete_handler(&retry, letters.collect(), key_of_run);
        }
        let is_retryable = handlers.iter().all(|failed| failed.is_retryable);
        retry.attempts.extend(handlers.into_iter().map(|failed| failed.into_attempt(attempt)));
        let of = message.type_ref();
        let policy = retry_of(Route::of(&of).handlers(), target);
        if let Some(backoff) = next_backoff(policy, attempt, is_retryable).filter(|_| reason.is_none()) {
            self.add_timer(later(self.lane.now(), backoff), Job::Retry(retry));
            return key_of_run;
        }
        let attempts = std::mem::take(&mut retry.attempts);
        let letter = match reason {
            Some(reason) => NewLetter::new(&retry.of.message, reason).by(target, attempts),
            None => given_up(&retry.of.message, target, attempts),
        };
        self.complete_handler(&retry, vec![letter], key_of_run)
    }

    /// Completes one handler of a message, with success if there are no letters. Returns the key that is now free.
    fn complete_handler(
        &self,
        retry: &PendingRetry,
        letters: Vec<NewLetter>,
        key_of_run: Option<Key>,
    ) -> Option<Key> {
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

    /// Records a message that was lost with its worker, unless it is accounted for already.
    pub(in crate::lane) fn lost(&self, of: TypeRef) {
        let route = Route::of(&of);
        let announcement = {
            let mut state = self.lane.lock();
            if self.counts.is_accounted() {
                return;
            }
            if self.lane.stage() == Stage::Ended {
                // The shutdown report counts it as left, so it does not become a dead letter.
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

    fn add_timer(&self, due: std::time::Instant, job: Job) {
        self.lane.lock().add_timer(due, job);
        self.lane.idle.wake_fenced(1);
    }
}

/// How a pending retry is run.
pub(in crate::lane) fn again(retry: &PendingRetry) -> Again {
    Again { target: retry.target, attempt: retry.attempt(), resent: retry.resent }
}

/// The dead letter of a handler that gave a message up after these attempts.
fn given_up(message: &Arc<Message>, target: Target, attempts: Vec<Attempt>) -> NewLetter {
    let reason = attempts.last().map_or(Reason::Failed, |attempt| attempt.reason);
    NewLetter::new(message, reason).by(target, attempts)
}

/// The retry policy of what failed: the handler's or its lane's, or the one a closure was subscribed with.
fn retry_of(handlers: &dyn Handlers, target: Target) -> Option<Retry> {
    match target {
        Target::Handler(handler) => handlers.retry_of(handler),
        _ => target.retry(),
    }
}
