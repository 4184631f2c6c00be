//! Running a table the way a lane does: handler by handler where timeouts, breakers or batches ask for it.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Polling, Poll};
use std::time::Duration;

use events_core::bind::{BoundTable, LateOne};
use events_core::event::Event;
use events_core::outcome::Stop;
use events_core::{Context, Outcome};

use super::breaker::{Breakers, OpenBreaker};
use super::route::{Ran, timed};
use super::sleep::{sleep, this_thread};
use super::slow::SlowHandlers;
use super::trouble::{Failed, Reason, Target, Trouble};

/// Which handler is run again, and how.
#[derive(Clone, Copy)]
pub(super) struct Tries {
    pub(super) target: Target,
    /// The number of this attempt, from 1.
    pub(super) attempt: u32,
    /// Sent again by hand: the limits of the first time are over.
    pub(super) by_hand: bool,
}

impl Tries {
    fn context(self, cx: Option<&Context>) -> Context {
        let cx = match cx {
            Some(cx) if self.by_hand => without_limits(cx),
            Some(cx) => cx.clone(),
            None => Context::new(),
        };
        cx.with_attempt(self.attempt)
    }
}

/// The trace of a context, without its deadline and cancellation.
pub(super) fn without_limits(cx: &Context) -> Context {
    cx.trace().map_or_else(Context::new, |trace| Context::new().with_trace(*trace))
}

/// What runs the table of one event.
pub(super) struct Runner<E: Event> {
    pub(super) table: Arc<BoundTable<E>>,
    pub(super) breakers: Breakers,
    pub(super) slow: Arc<SlowHandlers>,
}

impl<E: Event> Runner<E> {
    /// What the outcome of an emit means.
    #[inline(always)]
    pub(super) fn ran(&self, outcome: Outcome) -> Ran {
        if outcome.is_ok() && outcome.handled() > 0 { Ran::Clean } else { self.ran_badly(outcome) }
    }

    /// The same where it did not simply succeed.
    #[cold]
    #[inline(never)]
    fn ran_badly(&self, outcome: Outcome) -> Ran {
        let mut trouble = Trouble::default();
        collect(&outcome, None, &mut trouble);
        // What handlers of all events failed with leaves it unhandled.
        if outcome.handled() == 0 && self.is_unhandled() {
            trouble.reason = trouble.reason.or(Some(Reason::Unhandled));
        }
        done(trouble, None)
    }

    /// Where no handler is linked, and no closure ran.
    fn is_unhandled(&self) -> bool {
        self.table.is_empty() && !E::META.allows_unhandled
    }

    /// Runs the whole table, but for its batch handlers where `gathers` says that they run later.
    pub(super) async fn run(&self, event: &E, cx: &Context, gathers: bool) -> Ran {
        if !gathers && !self.table.has_policies() {
            return self.ran(self.table.emit_async(event, cx).await);
        }
        let mut trouble = Trouble::default();
        let mut stop = None;
        let mut cut = usize::MAX;
        for row in 0..self.table.rows() {
            if gathers && self.table.is_batch(row) {
                continue;
            }
            stop = self.row(row, event, cx, &mut trouble).await;
            if stop.is_some() {
                cut = row;
                break;
            }
        }
        if gathers && stop.is_none() {
            // There may be none but batch handlers, which do not see the context.
            stop = cx.stop();
        }
        // A stop keeps closures from running, and no handler of all events.
        collect(&self.table.emit_late_only(event, cx, stop).await, None, &mut trouble);
        trouble.reason = trouble.reason.or(Reason::of_stop(stop));
        // A break keeps an event from the handlers behind, and from no batch handler before.
        let goes_on =
            stop.is_none() || (stop == Some(Stop::Break) && (0..cut).any(|row| self.table.is_batch(row)));
        done(trouble, (gathers && goes_on).then_some(cut))
    }

    /// Runs one handler, or the subscribed closures, again.
    pub(super) async fn run_again(
        &self,
        event: &E,
        cx: Option<&Context>,
        tries: Tries,
    ) -> Option<Box<Trouble>> {
        let cx = tries.context(cx);
        let mut trouble = Trouble::default();
        let stop = match tries.target {
            Target::All => {
                return match self.run(event, &cx, false).await {
                    Ran::Trouble { trouble, .. } => Some(trouble),
                    _ => None,
                };
            }
            Target::Closure(closure) => {
                self.late(LateOne::Closure(closure.id), event, &cx, tries, &mut trouble).await
            }
            Target::Handler(handler) => {
                let is_row = |&row: &usize| {
                    self.table.members(row).iter().any(|&member| std::ptr::eq(member, handler))
                };
                match (0..self.table.rows()).find(is_row) {
                    Some(row) => {
                        let cx = if self.table.members(row).len() > 1 { cx.with_only(handler) } else { cx };
                        self.row(row, event, &cx, &mut trouble).await
                    }
                    None => self.late(LateOne::Handler(handler), event, &cx, tries, &mut trouble).await,
                }
            }
        };
        trouble.reason = trouble.reason.or(Reason::of_stop(stop));
        (!trouble.is_none()).then(|| Box::new(trouble))
    }

    /// Runs a closure, or a handler of all events, again. One that was unsubscribed needs no retry; but who sends an event
    /// to it by hand is to know.
    async fn late(
        &self,
        one: LateOne,
        event: &E,
        cx: &Context,
        tries: Tries,
        trouble: &mut Trouble,
    ) -> Option<Stop> {
        match self.table.emit_late_one(one, event, cx).await {
            Some(outcome) => {
                collect(&outcome, None, trouble);
                outcome.stopped()
            }
            None => {
                trouble.reason = tries.by_hand.then_some(Reason::Unhandled);
                None
            }
        }
    }

    /// The breakers that are open.
    pub(super) fn open_breakers(&self) -> Vec<OpenBreaker> {
        let open = self.breakers.open();
        open.map(|(row, failures, rest)| OpenBreaker { handler: self.table.members(row)[0], failures, rest })
            .collect()
    }

    /// Runs one row under its policy.
    async fn row(&self, row: usize, event: &E, cx: &Context, trouble: &mut Trouble) -> Option<Stop> {
        // Before the breaker is asked: what is not to run is no failure of its handler.
        if let Some(stop) = cx.stop() {
            return Some(stop);
        }
        let run = self.table.emit_row_async(row, event, cx);
        let outcome = self.guard(row, run, trouble).await?;
        outcome.stopped()
    }

    /// Runs a batch row with a slice.
    pub(super) async fn batch_row(
        &self,
        row: usize,
        events: &[E],
        cx: &Context,
        trouble: &mut Trouble,
    ) -> Option<Stop> {
        let run = self.table.emit_batch_async(row, events, cx);
        let outcome = self.guard(row, run, trouble).await?;
        outcome.stopped()
    }

    /// Runs a row's future under the row's breaker and timeout. `None` where it did not run to its end.
    async fn guard(
        &self,
        row: usize,
        run: impl Future<Output = Outcome>,
        trouble: &mut Trouble,
    ) -> Option<Outcome> {
        let policy = self.table.policy(row);
        if policy.timeout.is_none() && policy.breaker.is_none() {
            let outcome = run.await;
            collect(&outcome, None, trouble);
            return Some(outcome);
        }
        let handler = self.table.members(row)[0];
        let failed = |reason, error, took| Failed { target: Target::Handler(handler), reason, error, took };
        if !self.breakers.admits(row) {
            trouble.failed.push(failed(Reason::BreakerOpen, Reason::BreakerOpen.to_string(), None));
            return None;
        }
        let limit = policy.timeout.filter(|_| handler.is_async);
        let (outcome, took) = timed(within(limit, run)).await;
        let Some(outcome) = outcome else {
            self.breakers.record(row, false);
            let error = format!("it was cancelled after {:?}", limit.unwrap_or(took));
            trouble.failed.push(failed(Reason::TimedOut, error, Some(took)));
            return None;
        };
        if policy.timeout.is_some_and(|timeout| took > timeout) {
            self.slow.note(handler, took);
        }
        if outcome.handled() > 0 || !outcome.failures().is_empty() {
            self.breakers.record(row, outcome.failures().is_empty());
        } else {
            // Its condition does not hold, or the context ended at the last moment.
            self.breakers.did_not_run(row);
        }
        collect(&outcome, Some(took), trouble);
        Some(outcome)
    }
}

/// Runs a future for so long at most.
async fn within<T>(limit: Option<Duration>, future: impl Future<Output = T>) -> Option<T> {
    #[cfg(feature = "tokio")]
    if let Some(limit) = limit {
        return tokio::time::timeout(limit, future).await.ok();
    }
    // Without a runtime no handler is asynchronous, and a synchronous one cannot be interrupted.
    let _ = limit;
    Some(future.await)
}

fn collect(outcome: &Outcome, took: Option<Duration>, trouble: &mut Trouble) {
    trouble.failed.extend(outcome.failures().iter().map(|failure| Failed::of(failure, took)));
    trouble.reason = trouble.reason.or(Reason::of_stop(outcome.stopped()));
}

fn done(trouble: Trouble, gather: Option<usize>) -> Ran {
    match (trouble.is_none(), gather) {
        (true, None) => Ran::Clean,
        (true, Some(cut)) => Ran::Gather(cut),
        (false, gather) => Ran::Trouble { trouble: Box::new(trouble), gather },
    }
}

/// Runs a future on this thread. One that consists of synchronous handlers is ready at once.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    if let Poll::Ready(value) = future.as_mut().poll(&mut Polling::from_waker(std::task::Waker::noop())) {
        return value;
    }
    let waker = this_thread();
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Polling::from_waker(&waker)) {
            return value;
        }
        sleep(None);
    }
}
