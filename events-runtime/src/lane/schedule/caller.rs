//! Assignments for a thread of the program that works for the lane during a call of `run_pending`.

use std::sync::Arc;

use super::assign::Done;
use super::counts::WorkerCounts;
use super::job::Job;
use super::scheduler::{Scheduler, Stage};
use super::state::State;
use crate::lane::queue::Key;

impl Scheduler {
    /// Adds a thread as a worker during a call. It has no index.
    pub(in crate::lane) fn join_for_a_call(&self) -> Arc<WorkerCounts> {
        let counts = Arc::new(WorkerCounts::new());
        self.roster.lock().counts.push(counts.clone());
        counts
    }

    /// Removes the worker, and adds its counts to those of the lane.
    pub(in crate::lane) fn leave_after_call(&self, counts: &Arc<WorkerCounts>) {
        {
            let _state = self.lock();
            self.roster.lock().remove(counts);
        }
        self.quiescence.notify();
    }

    /// Gives the thread a job, if one can begin now.
    pub(in crate::lane) fn assign_to_caller(
        &self,
        counts: &WorkerCounts,
        done: Done,
    ) -> Option<(Job, Option<Key>)> {
        let mut state = self.lock();
        if let Done::Job(key) = done {
            state.over(key);
        }
        let given = self.next_for_caller(&mut state);
        match &given {
            Some((job, _)) => {
                counts.begin(job);
                // The lane may have workers of its own.
                let more = self.has_new(&state);
                self.publish(state, more);
            }
            None => {
                // The thread may have passed positions whose messages wait for their keys now.
                self.queues.publish(&mut state.receiver);
                self.notify_if_quiet(state);
                self.queues.wake_all_senders();
            }
        }
        given
    }

    fn next_for_caller(&self, state: &mut State) -> Option<(Job, Option<Key>)> {
        let stage = self.stage();
        if stage == Stage::Ended || (state.is_paused() && stage == Stage::Open) {
            return None;
        }
        if state.next_due().is_some()
            && let Some(due) = state.take_due(self.now())
        {
            return Some(due);
        }
        if self.wait_for_rate(state).is_some() {
            return None;
        }
        let given = state.take_ready().or_else(|| state.take_next(&self.queues, self.settings.capacity));
        state.may_take &= given.is_none();
        if given.is_none() && stage == Stage::Draining && !self.has_new(state) {
            let now = self.now();
            return if state.flush_windows(now) { state.take_due(now) } else { None };
        }
        given
    }
}
