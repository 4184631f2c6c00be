//! A look at a lane whose number of workers follows its load.

use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::assign::{Pause, Why};
use super::scheduler::{Scheduler, Stage};
use super::sizing::{Load, Sizing, Step};
use super::state::State;
use crate::lane::config::Workers;

/// What the supervisor of a lane is to do after a look.
pub(in crate::lane) enum Supervision {
    /// Let there be so many workers.
    Resize(usize),
    /// Look again then, or when it is woken.
    Wait(Option<Instant>),
    /// Go: the lane has ended, or the number of its workers is fixed.
    Leave,
}

impl Scheduler {
    /// What a worker does first where the lane asks for more than a look at its queues: it is paused, or its supervisor is
    /// to be woken as soon as there is something to do.
    ///
    /// So the supervisor of an idle lane sleeps, and nobody pays for it but the worker that ends this.
    ///
    /// Returns how the worker is to wait if it may begin nothing, and `None` in place of that if it is to leave.
    #[cold]
    #[inline(never)]
    pub(super) fn attend<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        index: usize,
    ) -> Result<(MutexGuard<'a, State>, Stage), Option<Pause>> {
        let is_due = || state.next_due().is_some_and(|due| due <= self.now());
        if state.attention.dozes() && !self.is_paused(&state) && (self.has_new(&state) || is_due()) {
            state.attention.set_dozes(false);
            // Not under the lock. All that was looked at before has to be looked at again.
            drop(state);
            self.supervisor.wake_fenced(1);
            state = self.lock();
            if self.is_to_leave(&state, index) {
                self.before_leaving(state);
                return Err(None);
            }
        }
        if self.is_paused(&state) {
            self.notify_if_quiet(state);
            return Err(Some(Pause { until: None, why: Why::Held, finished: false }));
        }
        let stage = self.stage();
        Ok((state, stage))
    }

    /// Looks at the load, as the lane's supervisor.
    pub(in crate::lane) fn supervise(&self, sizing: &mut Sizing) -> Supervision {
        let mut state = self.lock();
        state.attention.set_dozes(false);
        if self.stage() == Stage::Ended || !state.range.is_elastic() {
            state.is_supervised = false;
            return Supervision::Leave;
        }
        let load = self.load(&mut state);
        match sizing.look(load) {
            Step::Resize(workers) => Supervision::Resize(workers),
            Step::Look(due) => Supervision::Wait(Some(due)),
            Step::Doze(until) => {
                state.attention.set_dozes(true);
                Supervision::Wait(until)
            }
        }
    }

    fn load(&self, state: &mut State) -> Load {
        let was_held = std::mem::take(&mut state.was_held_by_rate);
        let is_paused = self.is_paused(state);
        let is_blocked = state.is_blocked(self.settings.capacity);
        Load {
            now: self.now(),
            positions: {
                let [high, normal, low] = self.queues.positions(&state.receiver);
                [high, normal, low, state.beside_queues()]
            },
            next_due: state.next_retry(),
            dropped: state.dropped,
            batch_waits: state.local_batch && self.waits_in_batch(),
            busy: state.busy(),
            // One that was started, or woken, and has not come yet will find what waits.
            is_short: !is_paused && !is_blocked && !was_held && state.busy() >= self.present(),
            is_quiet: state.busy() == 0 && (is_paused || !self.has_new(state)),
            target: state.target,
            range: state.range,
        }
    }

    /// Whether a worker that took several messages has more than the one that is under way.
    fn waits_in_batch(&self) -> bool {
        self.roster.lock().counts.iter().any(|counts| counts.read().2.len() > 1)
    }

    /// Changes the range. Returns whether the lane needs a supervisor now and has none: the caller starts it.
    pub(in crate::lane) fn set_range(&self, range: Workers) -> bool {
        let mut needs_supervisor = false;
        self.change(|state| {
            state.range = range;
            state.target = state.target.clamp(range.min, range.max);
            needs_supervisor = self.take_supervision(state);
        });
        self.supervisor.wake_fenced(1);
        needs_supervisor
    }

    /// Lets there be so many workers, if the range admits it. Returns how many there were to be before.
    pub(in crate::lane) fn resize(&self, workers: usize) -> Option<usize> {
        let mut before = None;
        self.change(|state| {
            if (state.range.min..=state.range.max).contains(&workers) {
                before = Some(std::mem::replace(&mut state.target, workers));
            }
        });
        before
    }

    /// Takes that back, for not all of them could be started: those stay that were.
    pub(in crate::lane) fn take_back(&self, workers: usize, before: usize) {
        let started = self.first_missing();
        self.change(|state| {
            if state.target == workers {
                state.target = started.clamp(before, workers).max(state.range.min);
            }
        });
    }

    /// Whether the lane needs a supervisor and has none: the caller starts it.
    pub(in crate::lane) fn needs_supervisor(&self) -> bool {
        self.take_supervision(&mut self.lock())
    }

    fn take_supervision(&self, state: &mut State) -> bool {
        let needs = state.range.is_elastic() && !state.is_supervised && self.stage() != Stage::Ended;
        state.is_supervised |= needs;
        needs
    }

    /// Notes that it could not be started.
    pub(in crate::lane) fn supervision_failed(&self) {
        self.lock().is_supervised = false;
    }

    /// Notes that a supervisor is there, or is about to be.
    pub(in crate::lane) fn supervisor_came(&self) {
        self.supervisors.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that a supervisor has gone, with all that it held.
    pub(in crate::lane) fn supervisor_left(&self) {
        self.supervisors.fetch_sub(1, Ordering::AcqRel);
        self.quiescence.notify();
    }

    /// Whether neither a worker nor a supervisor is there.
    pub(in crate::lane) fn is_deserted(&self) -> bool {
        self.present() == 0 && self.supervisors.load(Ordering::Acquire) == 0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lane::clock::{Clock, ManualClock};
    use crate::lane::config::LaneConfig;
    use crate::lane::schedule::sizing::LOOK;
    use crate::lane::schedule::{Assignment, Done, Errand, Quiescence, WorkerCounts};

    struct Nothing;

    impl Errand for Nothing {
        fn run(self: Box<Self>) {}

        #[cfg(feature = "tokio")]
        fn run_async(self: Box<Self>) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(async {})
        }
    }

    /// A look at a lane, as its supervisor makes it. Returns how many workers there are to be.
    fn look(lane: &Scheduler, sizing: &mut Sizing, clock: &ManualClock) -> usize {
        if let Supervision::Resize(workers) = lane.supervise(sizing) {
            lane.resize(workers);
        }
        clock.advance(LOOK);
        lane.lock().target
    }

    /// Gives something to do to a worker.
    fn comes(lane: &Scheduler, index: usize, counts: &WorkerCounts) {
        assert!(matches!(lane.assign(index, None, counts, Done::Nothing), Assignment::Job(..)));
    }

    #[test]
    fn it_starts_no_further_worker_before_the_last_has_come() {
        let clock = Arc::new(ManualClock::new());
        let mut settings = LaneConfig::new("elastic").workers(1..=8);
        settings.clock = Clock::Manual(clock.clone());
        let lane = Scheduler::new(settings, Quiescence::new()).unwrap();
        let mut sizing = Sizing::new(lane.now());
        let first = lane.join(0).unwrap();
        for _ in 0..3 {
            lane.lock().add_errand(Box::new(Nothing));
        }
        for _ in 0..9 {
            assert_eq!(look(&lane, &mut sizing, &clock), 1, "the first one has not come yet");
        }
        comes(&lane, 0, &first);
        assert_eq!(look(&lane, &mut sizing, &clock), 2);
        let second = lane.join(1).unwrap();
        for _ in 0..9 {
            assert_eq!(look(&lane, &mut sizing, &clock), 2, "the second one has not come yet");
        }
        comes(&lane, 1, &second);
        assert_eq!(look(&lane, &mut sizing, &clock), 3, "both are busy, and one more waits");
    }
}
