//! What a thread of the program gets to do that works for the lane for the time of a call.

use std::sync::Arc;

use super::assign::Done;
use super::counts::WorkerCounts;
use super::job::Job;
use super::scheduler::{Scheduler, Stage};
use super::state::State;
use crate::lane::queue::Key;

impl Scheduler {
    /// Takes in a thread for the time of a call. It is one worker more, and has no index.
    pub(in crate::lane) fn join_for_a_call(&self) -> Arc<WorkerCounts> {
        let counts = Arc::new(WorkerCounts::new());
        self.roster.lock().counts.push(counts.clone());
        counts
    }

    /// Lets it go: its counts join those of the lane.
    pub(in crate::lane) fn leave_after_call(&self, counts: &Arc<WorkerCounts>) {
        {
            let _state = self.lock();
            self.roster.lock().let_go(counts);
        }
        self.quiescence.notify();
    }

    /// Gives it something to do, if anything can begin now.
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
                // Workers of the lane's own may help.
                let more = self.has_new(&state);
                self.publish(state, more);
            }
            None => {
                // Places may have been passed over whose messages wait for their keys now.
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
