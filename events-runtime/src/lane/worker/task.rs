//! Workers that are tasks of a tokio runtime.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as Polling, Poll};

use tokio::runtime::Handle;

use super::presence::Presence;
use crate::door::{self, Panicked};
use crate::lane::current::{BecauseOfLetter, at_work};
use crate::lane::execute::{Completed, Completion, Route, again};
use crate::lane::host::Host;
use crate::lane::queue::{Key, TypeRef};
use crate::lane::schedule::{Assignment, BatchStep, Done, Job, Pause, Scheduler, Why, WorkerCounts};

/// Starts a worker.
pub(super) fn start(host: &Arc<dyn Host>, presence: Presence, runtime: &Handle) {
    let (lane, counts) = (presence.lane.clone(), presence.counts.clone());
    let held = Held { host: host.clone(), presence };
    let task = runtime.spawn(async move {
        let mut held = held;
        let lane = held.presence.lane.clone();
        loop {
            let (index, counts) = (held.presence.index, held.presence.counts.clone());
            let worker = Worker { lane: &lane, host: &*held.host, index, counts: &counts };
            // All foreign code is called through the door. Should our own code panic, a new round takes over.
            while (AtWorkOn { lane: &lane, work: pin!(worker.work()) }).await.is_err() {
                lane.refused.deaths.fetch_add(1, Ordering::Relaxed);
                // A worker that panics each time must not keep the runtime from its other tasks.
                tokio::task::yield_now().await;
            }
            if held.presence.may_go() {
                break;
            }
        }
    });
    if lane.settings.abort_at_end {
        lane.keep_abort_handle(&counts, task.abort_handle());
    }
}

/// What the task of a worker holds. Wherever it is dropped, by an abort too, the bus goes first, for it may be this task
/// that drops the last of it; then the news that the worker has gone: fields are dropped in this order.
struct Held {
    host: Arc<dyn Host>,
    presence: Presence,
}

struct Worker<'a> {
    lane: &'a Arc<Scheduler>,
    host: &'a dyn Host,
    index: usize,
    counts: &'a WorkerCounts,
}

/// Polls a worker as the one that is at work on its lane, all that it does included, and catches its panics.
struct AtWorkOn<'a, F> {
    lane: &'a Scheduler,
    work: Pin<&'a mut F>,
}

impl<F: Future<Output = ()>> Future for AtWorkOn<'_, F> {
    type Output = Result<(), Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<Self::Output> {
        self.lane.note_polled();
        let lane = self.lane;
        match at_work(lane, || door::call(|| self.work.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(panicked) => Poll::Ready(Err(panicked)),
        }
    }
}

impl Worker<'_> {
    fn completion(&self) -> Completion<'_> {
        Completion { lane: self.lane, counts: self.counts }
    }

    async fn work(&self) {
        loop {
            match self.lane.assign(self.index, None, self.counts, Done::Nothing) {
                Assignment::Job(job, key) => {
                    // Dropped on the way, with the runtime or by a panic, it still settles its accounts.
                    let under_way = UnderWay::new(self, &job, key);
                    let key = self.job(job, key).await;
                    under_way.over(key);
                    tokio::task::yield_now().await;
                }
                Assignment::LocalBatch(_) => (),
                Assignment::Wait(pause) if pause.finished && self.host.end_if_finished() => (),
                Assignment::Wait(pause) => self.idle(pause).await,
                Assignment::Leave => return,
            }
        }
    }

    /// Does one job. Returns the key that is free then.
    async fn job(&self, job: Job, key: Option<Key>) -> Option<Key> {
        match job {
            Job::Message(message) => {
                let Some(message) = self.lane.unless_ended(message, self.counts) else { return key };
                let of = message.type_ref();
                let run = Route::of(&of).handlers().run_async(&message);
                let ran = because_of_letter(message.is_from_dead_letter(), run).await;
                match self.completion().first(message, ran, false) {
                    Completed::Yes => key,
                    Completed::KeepsKey => None,
                    Completed::WindowFull(of, keeps_key) => {
                        self.step(of, BatchStep::Due).await;
                        key.filter(|_| !keeps_key)
                    }
                }
            }
            Job::Retry(retry) => {
                let of = retry.of.clone();
                let type_ref = of.message.type_ref();
                let run = Route::of(&type_ref).handlers().run_again_async(&of.message, again(&retry));
                let failures = because_of_letter(retry.from_dead_letter, run).await;
                let _cause = BecauseOfLetter::begin(retry.from_dead_letter);
                self.completion().retried(retry, failures)
            }
            Job::Batch(of, step) => {
                self.step(of, step).await;
                None
            }
            Job::Errand(errand) => {
                errand.run_async().await;
                None
            }
            Job::Help(shared) => {
                shared.help();
                None
            }
        }
    }

    async fn step(&self, of: TypeRef, step: BatchStep) {
        let stepped = Route::of(&of).handlers().step_async(of, step).await;
        self.completion().stepped(of, stepped);
    }

    async fn idle(&self, pause: Pause) {
        if pause.why == Why::Soon {
            return tokio::task::yield_now().await;
        }
        // If it was woken when it is dropped, it was for what this worker looks for next.
        let woken = self.lane.idle.woken().await;
        if self.lane.is_worth_a_look(self.index, pause) {
            return;
        }
        match pause.until {
            None => woken.await,
            Some(until) => drop(self.lane.settings.clock.timeout_at(until, woken).await),
        }
    }
}

/// Runs a future, in each of its polls, as one that a dead letter has caused, where that is so.
async fn because_of_letter<T>(caused: bool, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let _cause = BecauseOfLetter::begin(caused);
        future.as_mut().poll(cx)
    })
    .await
}

/// A job that is not over. Dropped before it is, with the runtime or by an abort, it counts its message as lost with its
/// worker, or as left where the lane has ended.
struct UnderWay<'a> {
    worker: &'a Worker<'a>,
    /// The type of its message, if it is one that was not handled.
    of: Option<TypeRef>,
    key: Option<Key>,
}

impl<'a> UnderWay<'a> {
    fn new(worker: &'a Worker<'a>, job: &Job, key: Option<Key>) -> Self {
        let of = job.type_ref().filter(|_| matches!(job, Job::Message(_)));
        Self { worker, of, key }
    }

    /// Reports it at once, not with the next assignment: the runtime may not come back to this worker.
    fn over(self, key: Option<Key>) {
        self.worker.counts.end();
        self.worker.lane.over(key);
        mem::forget(self);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let worker = self.worker;
        worker.lane.note_aborted(worker.counts);
        if let Some(of) = self.of {
            // While it is under way, so that a shutdown that waits for it finds the letter.
            worker.completion().lost(of);
        }
        worker.counts.end();
        worker.lane.over(self.key);
        // This worker may go.
        worker.lane.idle.wake_fenced(1);
    }
}
