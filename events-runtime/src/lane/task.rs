//! Workers that are tasks of a tokio runtime.

use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as Polling, Poll};
use std::time::Instant;

use tokio::runtime::Handle;

use super::batch::Step;
use super::claims::{Claim, Why};
use super::core::{LaneCore, Over};
use super::crew::Presence;
use super::envelope::Key;
use super::route::SendCell;
use super::settle::{Desk, Settled};
use super::work::Work;
use super::worker::AtWork;
use crate::bus::Inner;

/// Starts a worker at a place of its lane.
pub(super) fn start(inner: &Arc<Inner>, place: usize, presence: Presence, runtime: &Handle) {
    let inner = inner.clone();
    runtime.spawn(async move {
        loop {
            let task = Task { lane: &presence.lane, inner: &inner, place, presence: &presence };
            // A panic outside of a handler ends the work under way, and a new round takes over.
            while Rounds(pin!(task.work())).await.is_err() {
                presence.lane.counts.deaths.fetch_add(1, Ordering::Relaxed);
                // What panics each time is not to keep the runtime from all else.
                tokio::task::yield_now().await;
            }
            if presence.lane.may_leave(place) {
                break;
            }
        }
        drop(inner);
        drop(presence);
    });
}

struct Task<'a> {
    lane: &'a LaneCore,
    inner: &'a Arc<Inner>,
    place: usize,
    presence: &'a Presence,
}

/// Polls a worker's work as one that is at work on its lane, and catches its panics.
struct Rounds<'a, F>(Pin<&'a mut F>);

struct Panicked;

impl<F: Future<Output = ()>> Future for Rounds<'_, F> {
    type Output = Result<(), Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

impl Task<'_> {
    fn desk(&self) -> Desk<'_> {
        Desk { lane: self.lane, inner: self.inner, record: &self.presence.record }
    }

    async fn work(&self) {
        loop {
            match self.lane.claim(self.place, None, &self.presence.record, Over::Nothing) {
                Claim::Work(work, key) => {
                    // Dropped on the way, with the runtime or by a panic, it still settles its accounts.
                    let under_way = UnderWay::new(self, &work, key);
                    let key = self.one(work, key).await;
                    under_way.over(key);
                    tokio::task::yield_now().await;
                }
                Claim::Batch(_) => (),
                Claim::Nothing { until, why } => self.idle(until, why).await,
                Claim::Leave => return,
            }
        }
    }

    /// Does one piece of work. Returns the key that is free then.
    async fn one(&self, work: Work, key: Option<Key>) -> Option<Key> {
        match work {
            Work::New(envelope) => {
                let ran = at_work(self.lane, envelope.route().any().run_async(&envelope)).await;
                match self.desk().first(envelope, ran, false) {
                    Settled::Over => key,
                    Settled::KeepsKey => None,
                    Settled::Window(cell, keeps_key) => {
                        self.window(cell, Step::Due).await;
                        key.filter(|_| !keeps_key)
                    }
                }
            }
            Work::Again(again) => {
                let case = again.case.clone();
                let run = case.event.route().any().run_again_async(&case.event, again.tries());
                let trouble = at_work(self.lane, run).await;
                self.desk().again(again, trouble)
            }
            Work::Window(cell, step) => {
                self.window(cell, step).await;
                None
            }
        }
    }

    async fn window(&self, cell: SendCell, step: Step) {
        // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
        let route = unsafe { cell.route() };
        let step = at_work(self.lane, route.any().run_window_async(cell, step)).await;
        self.desk().window(cell, step);
    }

    async fn idle(&self, until: Option<Instant>, why: Why) {
        if why == Why::Soon {
            return tokio::task::yield_now().await;
        }
        // If it was woken when it is dropped, it was for what this worker looks for next.
        let woken = self.lane.idle.woken().await;
        if self.lane.is_worth_a_look(self.place, until, why) {
            return;
        }
        match until {
            None => woken.await,
            Some(until) => drop(tokio::time::timeout_at(until.into(), woken).await),
        }
    }
}

/// Runs a future as the work of a lane, in each of its polls.
async fn at_work<T>(lane: &LaneCore, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let _at_work = AtWork::on(lane);
        future.as_mut().poll(cx)
    })
    .await
}

/// Work that is not over. Dropped before it is, it counts its event as lost with its worker.
struct UnderWay<'a> {
    task: &'a Task<'a>,
    cell: NonNull<super::route::RouteCell>,
    is_event: bool,
    key: Option<Key>,
}

// SAFETY: it points to a route, which is `Sync` and lives as long as the bus that the task keeps alive.
unsafe impl Send for UnderWay<'_> {}

impl<'a> UnderWay<'a> {
    fn new(task: &'a Task<'a>, work: &Work, key: Option<Key>) -> Self {
        let is_event = matches!(work, Work::New(_));
        Self { task, cell: NonNull::from(work.cell()), is_event, key }
    }

    /// Says so at once, not with the next claim: the runtime may not come back to this worker.
    fn over(self, key: Option<Key>) {
        self.task.presence.record.end();
        self.task.lane.over(key);
        mem::forget(self);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let record = &self.task.presence.record;
        if self.is_event && !record.is_settled() {
            {
                let _claims = self.task.lane.lock();
                record.one_dead();
            }
            // While it is under way, so that a shutdown that waits for it finds the letter.
            // SAFETY: the route outlives what was sent along it, and this worker keeps the bus alive.
            self.task.desk().died(unsafe { self.cell.as_ref() }.any().event());
        }
        record.end();
        self.task.lane.over(self.key);
        // This worker may go.
        self.task.lane.idle.wake_fenced(1);
    }
}
