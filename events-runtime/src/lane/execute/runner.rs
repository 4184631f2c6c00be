//! Running a table the way a lane does: handler by handler where timeouts, breakers or batches ask for it.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context as Polling, Poll};
use std::time::Duration;

use events_core::bind::BoundTable;
use events_core::event::Event;
use events_core::outcome::Stop;
use events_core::{Context, Outcome};

use super::breaker::{Breakers, OpenBreaker};
use super::policies::Policies;
use super::slow::SlowHandlers;
use crate::door::{ForeignFuture, Panics};
use crate::lane::clock::Clock;
use crate::lane::failure::{Failures, HandlerFailure, Reason, Target};
use crate::lane::queue::{sleep, this_thread, without_limits};

/// How a run of a table ended.
pub(in crate::lane) enum Ran {
    /// Every handler that was to run did so and succeeded.
    Clean,
    /// The same, and now the event belongs into the window of its batch handlers: of those before this row.
    Gather(usize),
    /// Something failed.
    Failed(Box<FailedRun>),
}

/// A run in which something failed. In a box, so that what comes of most runs fits two registers.
pub(in crate::lane) struct FailedRun {
    pub(in crate::lane) failures: Failures,
    /// The event belongs into the window all the same if this names a row.
    pub(in crate::lane) gather: Option<usize>,
}

const _: () = assert!(size_of::<Ran>() == 2 * size_of::<usize>());

/// Which handler is run again, and how.
#[derive(Clone, Copy)]
pub(in crate::lane) struct Again {
    pub(in crate::lane) target: Target,
    /// The number of this attempt, from 1.
    pub(in crate::lane) attempt: u32,
    /// It is a dead letter that was sent again: the limits of the first time are over.
    pub(in crate::lane) resent: bool,
}

impl Again {
    fn context(self, cx: Option<&Context>) -> Context {
        let cx = match cx {
            Some(cx) if self.resent => without_limits(cx),
            Some(cx) => cx.clone(),
            None => Context::new(),
        };
        cx.with_attempt(self.attempt)
    }
}

/// What runs the table of one event.
pub(super) struct Runner<E: Event> {
    pub(super) table: Arc<BoundTable<E>>,
    pub(super) policies: Policies,
    pub(super) breakers: Breakers,
    pub(super) slow: SlowHandlers,
    pub(super) panics: Arc<Panics>,
    pub(super) clock: Clock,
    /// The context of messages that have none, under which no handler begins once the lane has ended.
    pub(super) cx: Context,
    pub(super) halt: Arc<AtomicBool>,
}

impl<E: Event> Runner<E> {
    /// What the outcome of an emit means.
    #[inline(always)]
    pub(super) fn ran(&self, outcome: Outcome) -> Ran {
        if outcome.is_clean() { Ran::Clean } else { self.ran_badly(outcome) }
    }

    /// The same where it did not simply succeed.
    #[cold]
    #[inline(never)]
    fn ran_badly(&self, outcome: Outcome) -> Ran {
        if outcome.handled() == 0 && outcome.is_ok() && self.is_unhandled() {
            return done(Failures::because(Reason::Unhandled), None);
        }
        let mut failures = Failures::default();
        self.collect(outcome, None, &mut failures);
        done(failures, None)
    }

    /// Whether no handler is linked, where no closure ran.
    fn is_unhandled(&self) -> bool {
        self.table.is_empty() && !E::META.allows_unhandled
    }

    fn collect(&self, outcome: Outcome, took: Option<Duration>, failures: &mut Failures) -> Option<Stop> {
        failures.collect(outcome, took, &self.panics)
    }

    /// Runs the whole table, but for its batch handlers where `gathers` says that they run later.
    pub(super) async fn run(&self, event: &E, cx: Option<&Context>, gathers: bool) -> Ran {
        let own = cx.map(|cx| cx.clone().with_halt(self.halt.clone()));
        let cx = own.as_ref().unwrap_or(&self.cx);
        if !gathers && !self.table.has_policies() && !self.policies.guards() {
            return self.ran(ForeignFuture::new(self.table.emit_async(event, cx)).await);
        }
        let mut failures = Failures::default();
        let mut stop = None;
        let mut cut = usize::MAX;
        for row in 0..self.table.rows() {
            if gathers && self.table.is_batch(row) {
                continue;
            }
            stop = self.row(row, event, cx, &mut failures).await;
            if stop.is_some() {
                cut = row;
                break;
            }
        }
        if gathers && stop.is_none() {
            // There may be none but batch handlers, which do not see the context.
            stop = cx.stop();
        }
        if stop.is_none() {
            self.collect(self.table.emit_late_only(event, cx), None, &mut failures);
        }
        failures.reason = failures.reason.or(Reason::of_stop(stop));
        // A break keeps an event from later handlers, and from no batch handler before.
        let goes_on =
            stop.is_none() || (stop == Some(Stop::Break) && (0..cut).any(|row| self.table.is_batch(row)));
        done(failures, (gathers && goes_on).then_some(cut))
    }

    /// Runs one handler, or the subscribed closures, again. `None` if nothing failed.
    pub(super) async fn run_again(
        &self,
        event: &E,
        cx: Option<&Context>,
        again: Again,
    ) -> Option<Box<Failures>> {
        let cx = again.context(cx).with_halt(self.halt.clone());
        let mut failures = Failures::default();
        let stop = match again.target {
            Target::All => {
                return match self.run(event, Some(&cx), false).await {
                    Ran::Failed(failed) => Some(Box::new(failed.failures)),
                    _ => None,
                };
            }
            Target::Closures => self.collect(self.table.emit_late_only(event, &cx), None, &mut failures),
            Target::Handler(handler) => {
                let is_row = |&row: &usize| {
                    self.table.members(row).iter().any(|&member| std::ptr::eq(member, handler))
                };
                match (0..self.table.rows()).find(is_row) {
                    Some(row) => {
                        let cx = if self.table.members(row).len() > 1 { cx.with_only(handler) } else { cx };
                        self.row(row, event, &cx, &mut failures).await
                    }
                    None => None,
                }
            }
        };
        failures.reason = failures.reason.or(Reason::of_stop(stop));
        (!failures.is_empty()).then(|| Box::new(failures))
    }

    /// The breakers that are open.
    pub(super) fn open_breakers(&self) -> Vec<OpenBreaker> {
        let open = self.breakers.open();
        open.map(|(row, failures, rest)| OpenBreaker { handler: self.table.members(row)[0], failures, rest })
            .collect()
    }

    /// Runs one row under its policy.
    async fn row(&self, row: usize, event: &E, cx: &Context, failures: &mut Failures) -> Option<Stop> {
        // Before the breaker is asked: what is not to run is no failure of its handler.
        if let Some(stop) = cx.stop() {
            return Some(stop);
        }
        self.guard(row, self.table.emit_row_async(row, event, cx), failures).await
    }

    /// Runs a batch row with a slice.
    pub(super) async fn batch_row(
        &self,
        row: usize,
        events: &[E],
        cx: &Context,
        failures: &mut Failures,
    ) -> Option<Stop> {
        self.guard(row, self.table.emit_batch_async(row, events, cx), failures).await
    }

    /// Runs a row's future under the row's breaker and timeout.
    async fn guard(
        &self,
        row: usize,
        run: impl Future<Output = Outcome>,
        failures: &mut Failures,
    ) -> Option<Stop> {
        let run = ForeignFuture::new(run);
        let policy = self.policies.of_row(row);
        if policy.timeout.is_none() && policy.breaker.is_none() {
            let outcome = run.await;
            return self.collect(outcome, None, failures);
        }
        let handler = self.table.members(row)[0];
        let target = Target::Handler(handler);
        let failed = |reason, error, took| HandlerFailure { target, reason, error, took, is_retryable: true };
        if !self.breakers.admits(row) {
            failures.handlers.push(failed(Reason::BreakerOpen, Reason::BreakerOpen.to_string(), None));
            return None;
        }
        let limit = policy.timeout.filter(|_| handler.is_async);
        let start = self.clock.now();
        let outcome = self.within(limit, run).await;
        let took = self.clock.now().saturating_duration_since(start);
        let Some(outcome) = outcome else {
            self.breakers.record(row, false);
            let error = format!("it was cancelled after {:?}", limit.unwrap_or(took));
            failures.handlers.push(failed(Reason::TimedOut, error, Some(took)));
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
        self.collect(outcome, Some(took), failures)
    }

    /// Runs a future up to this long. `None` if it took longer.
    async fn within<T>(&self, limit: Option<Duration>, future: impl Future<Output = T>) -> Option<T> {
        #[cfg(feature = "tokio")]
        if let Some(limit) = limit {
            return self.clock.timeout_at(self.clock.after(limit), future).await;
        }
        // Without a runtime no handler is asynchronous, and a synchronous one cannot be interrupted.
        let _ = limit;
        Some(future.await)
    }
}

fn done(failures: Failures, gather: Option<usize>) -> Ran {
    match (failures.is_empty(), gather) {
        (true, None) => Ran::Clean,
        (true, Some(cut)) => Ran::Gather(cut),
        (false, gather) => Ran::Failed(Box::new(FailedRun { failures, gather })),
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
        sleep(None, &Clock::System);
    }
}
