//! Running a table on a lane: handler by handler where timeouts, breakers or batches require it.

use std::future::Future;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use events_core::event::Event;
use events_core::outcome::Stop;
use events_core::private::plumbing::{BoundTable, LateOne};
use events_core::{Context, Outcome};

use super::breaker::{Breakers, OpenBreaker};
use super::join::join;
use super::policies::Policies;
use super::slow::SlowHandlers;
use crate::door::{ForeignFuture, Panics};
use crate::lane::clock::Clock;
use crate::lane::current::{BecauseOfLetter, is_because_of_letter};
use crate::lane::failure::{Failures, HandlerFailure, Reason, Target};
use crate::lane::queue::{block_on, without_limits};
use crate::lane::schedule::Scheduler;

/// How a run of a table ended.
pub(in crate::lane) enum Ran {
    /// Every handler that was to run did so and succeeded.
    Clean,
    /// As `Clean`, and the event is now put into the batch window, for the batch handlers before this row.
    Gather(usize),
    /// Something failed.
    Failed(Box<FailedRun>),
}

/// A run in which something failed. It is boxed, so that `Ran` fits two registers.
pub(in crate::lane) struct FailedRun {
    pub(in crate::lane) failures: Failures,
    /// If set, the event is put into the batch window all the same, for the batch handlers before this row.
    pub(in crate::lane) gather: Option<usize>,
}

const _: () = assert!(size_of::<Ran>() == 2 * size_of::<usize>());

/// Which handler is run again, and how.
#[derive(Clone, Copy)]
pub(in crate::lane) struct Again {
    pub(in crate::lane) target: Target,
    /// The number of this attempt, from 1.
    pub(in crate::lane) attempt: u32,
    /// Whether it is a dead letter that was sent again: deadline and cancellation of the first send no longer apply.
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

/// Runs the table of one event.
pub(super) struct Runner<E: Event> {
    pub(super) table: Arc<BoundTable<E>>,
    pub(super) policies: Policies,
    pub(super) breakers: Breakers,
    pub(super) slow: SlowHandlers,
    pub(super) panics: Arc<Panics>,
    pub(super) clock: Clock,
    /// The context of messages that were sent without one. It has the lane's halt flag, so no handler begins once the
    /// lane has ended.
    pub(super) cx: Context,
    pub(super) halt: Arc<AtomicBool>,
    pub(super) lane: Arc<Scheduler>,
    /// Whether workers that are threads run concurrent rows at the same time.
    pub(super) shares: bool,
}

impl<E: Event> Runner<E> {
    /// Converts the outcome of an emit.
    #[inline(always)]
    pub(super) fn ran(&self, outcome: Outcome) -> Ran {
        if outcome.is_clean() { Ran::Clean } else { self.ran_not_clean(outcome) }
    }

    /// Converts an outcome that is not a plain success.
    #[cold]
    #[inline(never)]
    fn ran_not_clean(&self, outcome: Outcome) -> Ran {
        let handled = outcome.ran();
        let mut failures = Failures::default();
        self.collect(outcome, None, &mut failures);
        // A failure of an observer does not make the event a handled one.
        if handled == 0 && self.is_unhandled() {
            failures.reason.get_or_insert(Reason::Unhandled);
        }
        done(failures, None)
    }

    /// Whether no handler is linked. Called when no closure ran.
    fn is_unhandled(&self) -> bool {
        self.table.is_empty() && !E::META.allows_unhandled
    }

    fn collect(&self, outcome: Outcome, took: Option<Duration>, failures: &mut Failures) -> Option<Stop> {
        failures.collect(outcome, took, &self.panics)
    }

    /// Runs the whole table, without its batch handlers if `gathers` says that they run later.
    pub(super) async fn run(&self, event: &E, cx: Option<&Context>, gathers: bool) -> Ran {
        let own = cx.map(|cx| cx.clone().with_halt(self.halt.clone()));
        let cx = own.as_ref().unwrap_or(&self.cx);
        if !gathers && !self.shares && !self.table.has_policies() && !self.policies.guards() {
            return self.ran(ForeignFuture::new(self.table.emit_async(event, cx)).await);
        }
        let mut failures = Failures::default();
        let mut stop = None;
        let mut cut = usize::MAX;
        let mut next = 0;
        while next < self.table.rows() {
            let row = next;
            next += 1;
            if gathers && self.table.is_batch(row) {
                continue;
            }
            let group = self.table.concurrent_group(row);
            stop = if group.len() > 1 {
                next = group.end;
                self.group(group, event, cx, &mut failures).await
            } else {
                self.row(row, event, cx, &mut failures).await
            };
            if stop.is_some() {
                cut = row;
                break;
            }
        }
        if gathers && stop.is_none() {
            // All handlers may be batch handlers, which do not check the context.
            stop = cx.stop();
        }
        // A stop keeps closures from running, but not observers.
        let late = ForeignFuture::new(self.table.emit_late_only(event, cx, stop)).await;
        self.collect(late, None, &mut failures);
        failures.reason = failures.reason.or(Reason::of_stop(stop));
        // A handler that stops the event keeps it from later handlers, but not from batch handlers before it.
        let goes_on =
            stop.is_none() || (stop == Some(Stop::Break) && (0..cut).any(|row| self.table.is_batch(row)));
        done(failures, (gathers && goes_on).then_some(cut))
    }

    /// Runs one handler, or one closure, again. `None` if nothing failed.
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
            Target::Closure(closure) => {
                self.late(LateOne::Closure(closure.id), event, &cx, again.resent, &mut failures).await
            }
            Target::Handler(handler) => {
                let is_row = |&row: &usize| {
                    self.table.members(row).iter().any(|&member| std::ptr::eq(member, handler))
                };
                match (0..self.table.rows()).find(is_row) {
                    Some(row) => {
                        let cx = if self.table.members(row).len() > 1 { cx.with_only(handler) } else { cx };
                        self.row(row, event, &cx, &mut failures).await
                    }
                    None => {
                        self.late(LateOne::Handler(handler), event, &cx, again.resent, &mut failures).await
                    }
                }
            }
        };
        failures.reason = failures.reason.or(Reason::of_stop(stop));
        (!failures.is_empty()).then(|| Box::new(failures))
    }

    /// Runs a closure or an observer again. If it was unsubscribed, a retry ends without failure, but a dead letter
    /// that was sent again is reported as unhandled.
    async fn late(
        &self,
        one: LateOne,
        event: &E,
        cx: &Context,
        resent: bool,
        failures: &mut Failures,
    ) -> Option<Stop> {
        match ForeignFuture::new(self.table.emit_late_one(one, event, cx)).await {
            Some(outcome) => self.collect(outcome, None, failures),
            None => {
                failures.reason = resent.then_some(Reason::Unhandled);
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

    /// Runs rows concurrently, each under its own policy: in this task, or on idle workers that are threads. All have
    /// ended when this returns.
    async fn group(
        &self,
        rows: Range<usize>,
        event: &E,
        cx: &Context,
        failures: &mut Failures,
    ) -> Option<Stop> {
        if !self.lane.runs_async() {
            return self.group_on_threads(rows, event, cx, failures);
        }
        // Boxed, since `join` needs `Unpin`. There are few such rows.
        let runs = rows.map(|row| {
            Box::pin(async move {
                let mut failures = Failures::default();
                let stop = self.row(row, event, cx, &mut failures).await;
                (failures, stop)
            })
        });
        let mut stop = None;
        for (of_row, stopped) in join(runs).await {
            failures.append(of_row);
            stop = stop.or(stopped);
        }
        stop
    }

    fn group_on_threads(
        &self,
        rows: Range<usize>,
        event: &E,
        cx: &Context,
        failures: &mut Failures,
    ) -> Option<Stop> {
        let because_of_letter = is_because_of_letter();
        let ran: Vec<OnceLock<(Failures, Option<Stop>)>> = rows.clone().map(|_| OnceLock::new()).collect();
        self.lane.share(rows.len(), &|at| {
            let _cause = BecauseOfLetter::begin(because_of_letter);
            let mut failures = Failures::default();
            let stop = block_on(self.row(rows.start + at, event, cx, &mut failures));
            _ = ran[at].set((failures, stop));
        });
        let mut stop = None;
        for (row, ran) in rows.zip(ran) {
            match ran.into_inner() {
                Some((of_row, stopped)) => {
                    failures.append(of_row);
                    stop = stop.or(stopped);
                }
                // Code of this library panicked on the worker that ran the row.
                None => {
                    let (target, reason) = (Target::Handler(self.table.members(row)[0]), Reason::WorkerDied);
                    let error = reason.to_string();
                    failures.handlers.push(HandlerFailure {
                        target,
                        reason,
                        error,
                        took: None,
                        is_retryable: true,
                    });
                }
            }
        }
        stop
    }

    /// Runs one row under its policy.
    async fn row(&self, row: usize, event: &E, cx: &Context, failures: &mut Failures) -> Option<Stop> {
        // Checked before the breaker, because a run that the context prevents is no failure of the handler.
        if let Some(stop) = cx.stop() {
            return Some(stop);
        }
        self.guard(row, self.table.emit_row_async(row, event, cx), failures).await
    }

    /// Runs a batch row with a slice of events.
    pub(super) async fn batch_row(
        &self,
        row: usize,
        events: &[E],
        cx: &Context,
        failures: &mut Failures,
    ) -> Option<Stop> {
        self.guard(row, self.table.emit_batch_async(row, events, cx), failures).await
    }

    /// Runs a row's future with the row's breaker and timeout.
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
        if outcome.ran() > 0 || !outcome.failures().is_empty() {
            self.breakers.record(row, outcome.failures().is_empty());
        } else {
            // Its condition does not hold, or the context expired or was cancelled just before.
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
        // Without the feature `tokio` no handler on a lane is asynchronous, and a synchronous one cannot be
        // interrupted.
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
