//! A thread of the program that runs jobs of a lane during a call.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::one_job::{self, Current};
use crate::door;
use crate::lane::current::{at_work, works_for_bus};
use crate::lane::execute::Completion;
use crate::lane::schedule::{Done, Scheduler, WorkerCounts};

/// How much a thread of the program runs before the call returns.
pub(crate) struct Budget {
    jobs: usize,
    end: Option<Instant>,
}

impl Budget {
    /// All jobs that can begin.
    pub(crate) fn unlimited() -> Self {
        Self { jobs: usize::MAX, end: None }
    }

    /// Up to this many jobs.
    pub(crate) fn jobs(jobs: usize) -> Self {
        Self { jobs, ..Self::unlimited() }
    }

    /// Jobs that begin within this time.
    pub(crate) fn time(time: Duration) -> Self {
        Self { end: Instant::now().checked_add(time), ..Self::unlimited() }
    }

    pub(in crate::lane) fn is_spent(&self) -> bool {
        self.jobs == 0 || self.end.is_some_and(|end| end <= Instant::now())
    }
}

/// Runs jobs of the lane on this thread, until none can begin or the budget is spent. Returns how many jobs ran. It
/// runs none on a lane with a runtime, whose handlers may have to be awaited, and none if it is called by a handler
/// that a lane of the bus runs.
pub(in crate::lane) fn run_pending(lane: &Arc<Scheduler>, budget: &mut Budget) -> usize {
    if lane.runs_async() || works_for_bus(&lane.quiescence) {
        return 0;
    }
    at_work(lane, || run(lane, budget))
}

fn run(lane: &Arc<Scheduler>, budget: &mut Budget) -> usize {
    let caller = Caller { lane, counts: lane.join_for_a_call() };
    let completion = Completion { lane, counts: &caller.counts };
    let mut done = Done::Nothing;
    let mut ran = 0;
    while !budget.is_spent() {
        let last = mem::replace(&mut done, Done::Nothing);
        let Some((job, key)) = lane.assign_to_caller(&caller.counts, last) else { return ran };
        let mut current = Current::Nothing;
        done = match door::call(|| one_job::run(&completion, &mut current, job, key)) {
            Ok(done) => done,
            // Foreign code is called through the door, so code of this library panicked.
            Err(_) => {
                lane.refused.deaths.fetch_add(1, Ordering::Relaxed);
                one_job::recover(&completion, &mut current).unwrap_or(Done::Job(key))
            }
        };
        ran += 1;
        budget.jobs -= 1;
    }
    if let Done::Job(key) = done {
        lane.over(key);
    }
    ran
}

/// A thread that works for the lane. Its drop removes it, and adds its counts to those of the lane.
struct Caller<'a> {
    lane: &'a Scheduler,
    counts: Arc<WorkerCounts>,
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        self.lane.leave_after_call(&self.counts);
    }
}
