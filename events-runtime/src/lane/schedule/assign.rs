//! Decides what each worker does next.

use std::sync::MutexGuard;
use std::time::{Duration, Instant};

use super::counts::WorkerCounts;
use super::job::Job;
use super::local_batch::LocalBatch;
use super::scheduler::{Scheduler, Stage};
use super::state::State;
use crate::lane::queue::{Key, Message};

/// What a worker does next.
pub(in crate::lane) enum Assignment {
    /// This job. It holds the key until it is over.
    Job(Job, Option<Key>),
    /// The messages in its local batch, this many.
    LocalBatch(usize),
    /// Wait for something to do.
    Wait(Pause),
    /// Leave: the lane has ended, or has fewer workers now.
    Leave,
}

/// A worker has nothing to do now.
#[derive(Clone, Copy)]
pub(in crate::lane) struct Pause {
    /// When it has to ask again at the latest.
    pub(in crate::lane) until: Option<Instant>,
    pub(in crate::lane) why: Why,
    /// The lane is closed, and has handled everything that its shutdown waits for.
    pub(in crate::lane) finished: bool,
}

/// Why there is nothing to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::lane) enum Why {
    /// There is no job, or all jobs wait for something else than a worker.
    Empty,
    /// A position is reserved, and its message is about to be written.
    Soon,
    /// The lane is paused, or its rate limit is reached.
    Held,
}

/// What a worker has done since its last assignment.
pub(in crate::lane) enum Done {
    Nothing,
    /// A job, and the key that is now free.
    Job(Option<Key>),
    /// Its local batch.
    LocalBatch,
}

impl Scheduler {
    /// Gives the worker at this index its next assignment. A local batch is put into `local`.
    pub(in crate::lane) fn assign(
        &self,
        index: usize,
        local: Option<&mut LocalBatch>,
        counts: &WorkerCounts,
        done: Done,
    ) -> Assignment {
        let mut state = self.lock();
        match done {
            Done::Nothing => (),
            Done::Job(key) => state.over(key),
            Done::LocalBatch => state.local_batch = false,
        }
        if state.timer_watcher == Some(index) {
            state.timer_watcher = None;
        }
        let mut stage = self.stage();
        if stage == Stage::Ended || index >= state.target {
            self.before_leaving(state);
            return Assignment::Leave;
        }
        // If the supervisor sleeps on, the lane was empty a moment ago. A message may have arrived since.
        let mut supervisor_sleeps = false;
        if state.attention.is_needed() {
            (state, stage) = match self.check_attention(state, index) {
                Ok(checked) => checked,
                Err(pause) => return pause.map_or(Assignment::Leave, Assignment::Wait),
            };
            supervisor_sleeps = state.attention.supervisor_sleeps();
        }
        let due = state.next_due();
        if let Some(local) = local
            && state.target == 1
            && state.is_plain()
            && due.is_none_or(|due| due > self.now())
            && self.rate.is_none()
        {
            self.clear_interrupt();
            let count = local.take(&self.queues, &mut state.receiver, counts);
            if count > 0 {
                state.local_batch = true;
                self.publish(state, false);
                if supervisor_sleeps {
                    self.wake_supervisor();
                }
                return Assignment::LocalBatch(count);
            }
        } else {
            let mut given = if due.is_some() { state.take_due(self.now()) } else { None };
            if given.is_none() {
                given = match self.wait_for_rate(&mut state) {
                    None => {
                        let next = state.take_ready();
                        let next = next.or_else(|| state.take_next(&self.queues, self.settings.capacity));
                        state.may_take &= next.as_ref().is_none_or(|(job, _)| !job.is_limited());
                        next
                    }
                    Some(wait) => match state.take_unlimited() {
                        None => {
                            let until = self.now() + wait;
                            let until = due.map_or(until, |due| due.min(until));
                            state.timer_watcher = Some(index);
                            let why = Why::Held;
                            return Assignment::Wait(Pause { until: Some(until), why, finished: false });
                        }
                        next => next,
                    },
                };
            }
            if let Some((job, key)) = given {
                counts.begin(&job);
                // If this worker watched the next timer, another one has to.
                let unwatched = state.timer_watcher.is_none() && state.next_due().is_some();
                let more = unwatched || self.has_new(&state);
                self.publish(state, more);
                if supervisor_sleeps {
                    self.wake_supervisor();
                }
                return Assignment::Job(job, key);
            }
        }
        if stage == Stage::Draining
            && !self.has_new(&state)
            && state.flush_windows(self.now())
            && let Some((job, key)) = state.take_due(self.now())
        {
            counts.begin(&job);
            self.publish(state, true);
            return Assignment::Job(job, key);
        }
        self.let_wait(index, state, stage)
    }

    /// How long the rate limit makes the next message wait. `None` if one may be taken now.
    pub(super) fn wait_for_rate(&self, state: &mut State) -> Option<Duration> {
        if self.rate.is_none() || state.may_take || !self.has_new(state) {
            return None;
        }
        let wait = self.rate.wait();
        // It stays set until a message is taken, because all messages may have to wait for their keys now.
        state.may_take = wait.is_none();
        state.was_held_by_rate |= wait.is_some();
        wait
    }

    /// Lets a worker wait that finds nothing to do.
    fn let_wait(&self, index: usize, mut state: MutexGuard<'_, State>, stage: Stage) -> Assignment {
        // The worker may have passed positions that hold no message, or whose messages wait for their keys now.
        self.queues.publish(&mut state.receiver);
        let soon = !state.is_blocked(self.settings.capacity) && !self.queues.is_empty();
        let finished = stage == Stage::Draining && self.is_quiet(&state, state.end);
        let until = state.next_due();
        if until.is_some() {
            state.timer_watcher = Some(index);
        }
        self.notify_if_quiet(state);
        // Some positions were given back without waking a sender.
        self.queues.wake_all_senders();
        let why = if soon { Why::Soon } else { Why::Empty };
        Assignment::Wait(Pause { until, why, finished })
    }

    /// Notifies others before a worker leaves.
    pub(super) fn before_leaving(&self, state: MutexGuard<'_, State>) {
        self.notify_if_quiet(state);
        // If somebody wakes this worker now, another one has to take its place.
        self.idle.wake_fenced(1);
    }

    /// Notifies those that wait for quiescence, if it is reached.
    pub(super) fn notify_if_quiet(&self, state: MutexGuard<'_, State>) {
        let is_quiet = self.is_quiet(&state, state.end) || self.is_settled_in(&state);
        drop(state);
        if is_quiet {
            self.quiescence.notify();
        }
    }

    /// Ends a job of a worker that may not ask for another assignment.
    pub(in crate::lane) fn over(&self, key: Option<Key>) {
        let mut state = self.lock();
        state.over(key);
        let more = state.has_ready();
        self.notify_if_quiet(state);
        if more {
            self.idle.wake_fenced(1);
        }
    }

    /// The last check of a worker that has announced that it waits.
    pub(in crate::lane) fn should_check_again(&self, index: usize, pause: Pause) -> bool {
        let Pause { until, why, finished } = pause;
        let state = self.lock();
        let stage = self.stage();
        let is_held = self.is_paused(&state);
        let is_earlier = match (state.next_due(), until) {
            (Some(due), Some(until)) => due < until,
            (due, None) => due.is_some(),
            (None, Some(_)) => false,
        };
        self.is_to_leave(&state, index)
            || (!is_held && is_earlier)
            || (!is_held && why != Why::Held && self.has_new(&state))
            || (why == Why::Held && until.is_none() && !is_held)
            || (stage == Stage::Draining && !finished && self.is_quiet(&state, state.end))
    }

    /// Whether a job can begin as soon as a worker takes it.
    pub(super) fn has_new(&self, state: &State) -> bool {
        state.has_ready() || (!state.is_blocked(self.settings.capacity) && !self.queues.is_empty())
    }

    /// Makes room available to senders, and wakes another worker if there is `more` to do.
    pub(super) fn publish(&self, mut state: MutexGuard<'_, State>, more: bool) {
        let freed = self.queues.publish(&mut state.receiver);
        drop(state);
        self.queues.wake_senders(freed);
        if more {
            self.idle.wake_fenced(1);
        }
    }

    /// Takes a message back from a worker if the lane ended before its handlers began. Returns `None` then.
    pub(in crate::lane) fn unless_ended(&self, message: Message, counts: &WorkerCounts) -> Option<Message> {
        if self.stage() != Stage::Ended {
            return Some(message);
        }
        let mut state = self.lock();
        state.give_back(vec![message]);
        counts.one_moved();
        None
    }

    /// Takes back the messages of a local batch that have not begun.
    pub(in crate::lane) fn give_back(&self, local: &mut LocalBatch, counts: &WorkerCounts) {
        let mut state = self.lock();
        let rest: Vec<Message> = std::iter::from_fn(|| local.next()).collect();
        state.give_back(rest);
        counts.gave_back();
        self.clear_interrupt();
    }
}
