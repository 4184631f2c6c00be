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
            // Foreign code is called through the door. If code of this library panics, a new future continues the work.
            while (AtWorkOn { lane: &lane, work: pin!(worker.work()) }).await.is_err() {
                lane.refused.deaths.fetch_add(1, Ordering::Relaxed);
                // A worker that panics again and again must not block the other tasks of the runtime.
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

/// Held by the task of a worker. Its drop, also by an abort, releases the bus first, because this may be the last
/// reference to it, and then removes the worker: fields are dropped in this order.
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

/// Polls a worker's future as work for its lane, and catches panics.
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
                    // If the future is dropped meanwhile, by the runtime or a panic, the drop of this accounts for the
                    // job.
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

    /// Runs one job. Returns the key that is free after it.
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
            Job::Call(call) => {
                call.run_async().await;
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
        // If it is woken and dropped without being awaited, nothing is lost: the worker asks for an assignment next.
        let woken = self.lane.idle.woken().await;
        if self.lane.should_check_again(self.index, pause) {
            return;
        }
        match pause.until {
            None => woken.await,
            Some(until) => drop(self.lane.settings.clock.timeout_at(until, woken).await),
        }
    }
}

/// Marks each poll of a future as caused by a dead letter, if `caused` is set.
async fn because_of_letter<T>(caused: bool, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let _cause = BecauseOfLetter::begin(caused);
        future.as_mut().poll(cx)
    })
    .await
}

/// A job under way. If it is dropped before `over`, by the runtime or an abort, it counts its message as lost with its
/// worker, or as left if the lane has ended.
struct UnderWay<'a> {
    worker: &'a Worker<'a>,
    /// The message type, if the job is the first run of a message.
    of: Option<TypeRef>,
    key: Option<Key>,
}

impl<'a> UnderWay<'a> {
    fn new(worker: &'a Worker<'a>, job: &Job, key: Option<Key>) -> Self {
        let of = job.type_ref().filter(|_| matches!(job, Job::Message(_)));
        Self { worker, of, key }
    }

    /// Reports the end of the job at once, not with the next assignment, because the runtime may never poll this worker
    /// again.
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
            // Done while the job still counts as under way, so that a shutdown that waits for it includes the letter.
            worker.completion().lost(of);
        }
        worker.counts.end();
        worker.lane.over(self.key);
        // This worker may leave, so another one has to check for jobs.
        worker.lane.idle.wake_fenced(1);
    }
}
