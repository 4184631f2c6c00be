//! Adapts the number of workers of a lane to its load.

use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::assign::{Pause, Why};
use super::scheduler::{Scheduler, Stage};
use super::sizing::{Load, Sizing, Step};
use super::state::State;
use crate::lane::config::Workers;

/// What the supervisor of a lane does after a sample of the load.
pub(in crate::lane) enum Supervision {
    /// Change the number of workers to this.
    Resize(usize),
    /// Take the next sample at this time, or when it is woken.
    Wait(Option<Instant>),
    /// Leave: the lane has ended, or the number of its workers is fixed.
    Leave,
}

impl Scheduler {
    /// What a worker does first if `Attention` is set: the lane is paused, or its supervisor has to be woken as soon as
    /// there is something to do.
    ///
    /// So the supervisor of an idle lane sleeps, which costs nothing except for the worker that wakes it.
    ///
    /// The error is how the worker waits if it may not begin a job, or `None` if it has to leave.
    #[cold]
    #[inline(never)]
    pub(super) fn check_attention<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        index: usize,
    ) -> Result<(MutexGuard<'a, State>, Stage), Option<Pause>> {
        let is_due = || state.next_due().is_some_and(|due| due <= self.now());
        if state.attention.supervisor_sleeps()
            && !self.is_paused(&state)
            && (self.has_new(&state) || is_due())
        {
            state.attention.set_supervisor_sleeps(false);
            // Woken outside of the lock. So all that was checked before has to be checked again.
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

    /// Wakes the supervisor for a message that arrived after the worker had found the lane empty, and before it took that message.
    #[cold]
    #[inline(never)]
    pub(super) fn wake_supervisor(&self) {
        self.lock().attention.set_supervisor_sleeps(false);
        self.supervisor.wake_fenced(1);
    }

    /// Takes a sample of the load, and decides what the supervisor does next.
    pub(in crate::lane) fn supervise(&self, sizing: &mut Sizing) -> Supervision {
        let mut state = self.lock();
        state.attention.set_supervisor_sleeps(false);
        if self.stage() == Stage::Ended || !state.range.is_elastic() {
            state.is_supervised = false;
            return Supervision::Leave;
        }
        let load = self.load(&mut state);
        match sizing.decide(load) {
            Step::Resize(workers) => Supervision::Resize(workers),
            Step::Sample(due) => Supervision::Wait(Some(due)),
            Step::Sleep(until) => {
                state.attention.set_supervisor_sleeps(true);
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
                [high, normal, low, state.outside_queues()]
            },
            next_due: state.next_retry(),
            dropped: state.dropped,
            batch_waits: state.local_batch && self.waits_in_batch(),
            busy: state.busy(),
            is_short: !is_paused && !is_blocked && !was_held && self.idle.len() == 0,
            is_all_busy: state.busy() >= self.present(),
            is_quiet: state.busy() == 0 && (is_paused || !self.has_new(state)),
            target: state.target,
            range: state.range,
        }
    }

    /// Whether a worker with a local batch has messages besides the one under way.
    fn waits_in_batch(&self) -> bool {
        self.roster.lock().counts.iter().any(|counts| counts.read().2.len() > 1)
    }

    /// Changes the range. Returns whether the lane now needs a supervisor, which the caller starts.
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

    /// Changes the number of workers, if it is within the range. Returns the number before.
    pub(in crate::lane) fn resize(&self, workers: usize) -> Option<usize> {
        let mut before = None;
        self.change(|state| {
            if (state.range.min..=state.range.max).contains(&workers) {
                before = Some(std::mem::replace(&mut state.target, workers));
            }
        });
        before
    }

    /// Undoes a [`resize`](Self::resize) as far as workers could not be started.
    pub(in crate::lane) fn take_back(&self, workers: usize, before: usize) {
        let started = self.first_missing();
        self.change(|state| {
            if state.target == workers {
                state.target = started.clamp(before, workers).max(state.range.min);
            }
        });
    }

    /// Whether the lane needs a supervisor, which the caller starts.
    pub(in crate::lane) fn needs_supervisor(&self) -> bool {
        self.take_supervision(&mut self.lock())
    }

    fn take_supervision(&self, state: &mut State) -> bool {
        let needs = state.range.is_elastic() && !state.is_supervised && self.stage() != Stage::Ended;
        state.is_supervised |= needs;
        needs
    }

    /// Records that the supervisor could not be started.
    pub(in crate::lane) fn supervision_failed(&self) {
        self.lock().is_supervised = false;
    }

    /// Records that a supervisor is about to start.
    pub(in crate::lane) fn supervisor_starts(&self) {
        self.supervisors.fetch_add(1, Ordering::AcqRel);
    }

    /// Records that a supervisor has ended and has released the bus.
    pub(in crate::lane) fn supervisor_ended(&self) {
        self.supervisors.fetch_sub(1, Ordering::AcqRel);
        self.quiescence.notify();
    }

    /// Whether all workers and supervisors have left.
    pub(in crate::lane) fn all_have_left(&self) -> bool {
        self.present() == 0 && self.supervisors.load(Ordering::Acquire) == 0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lane::clock::{Clock, ManualClock};
    use crate::lane::config::LaneConfig;
    use crate::lane::schedule::sizing::SAMPLE_INTERVAL;
    use crate::lane::schedule::{Assignment, DeferredCall, Done, Quiescence, WorkerCounts};

    struct Nothing;

    impl DeferredCall for Nothing {
        fn run(self: Box<Self>) {}

        #[cfg(feature = "tokio")]
        fn run_async(self: Box<Self>) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(async {})
        }
    }

    /// One sample of a lane, as its supervisor takes it. Returns how many workers there are to be.
    fn supervise(lane: &Scheduler, sizing: &mut Sizing, clock: &ManualClock) -> usize {
        if let Supervision::Resize(workers) = lane.supervise(sizing) {
            lane.resize(workers);
        }
        clock.advance(SAMPLE_INTERVAL);
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
            lane.lock().add_call(Box::new(Nothing));
        }
        for _ in 0..9 {
            assert_eq!(supervise(&lane, &mut sizing, &clock), 1, "the first one has not come yet");
        }
        comes(&lane, 0, &first);
        assert_eq!(supervise(&lane, &mut sizing, &clock), 2);
        let second = lane.join(1).unwrap();
        for _ in 0..9 {
            assert_eq!(supervise(&lane, &mut sizing, &clock), 2, "the second one has not come yet");
        }
        comes(&lane, 1, &second);
        assert_eq!(supervise(&lane, &mut sizing, &clock), 3, "both are busy, and one more waits");
    }
}
