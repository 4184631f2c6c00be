use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::AtomicBool;

use super::batch::Batches;
use super::late::emit_late;
use super::{AnyAsync, AnySync, Binder, Call, LateCell, Plan, SyncCall, run_async};
use crate::Context;
use crate::erased::{CallFn, EventRef, EventType};
use crate::event::AnyEvent;
use crate::handler::{Flow, Kind, stepwise};
use crate::outcome::{Outcome, Place};
use crate::table::{Members, Sorted, run, run_walk, run_walk_until, walk, walk_until};

/// A bound table whose event is not named by the type: a [`BoundTable`](super::BoundTable) of some event.
///
/// All methods that take an event are unsafe and have one condition: the event is of the type of the table.
pub struct AnyBound {
    names: Box<[Members]>,
    handlers: Handlers,
    pub(super) batches: Option<Box<Batches>>,
    /// Whether a handler asks for retries, a timeout or a breaker.
    pub(super) guarded: bool,
    pub(super) late: LateCell,
    pub(super) event: &'static EventType,
}

enum Handlers {
    /// None of them is bound to anything: the calls of the table itself.
    Plain(&'static [CallFn]),
    Sync(Box<[AnySync]>),
    Mixed(Box<[Row]>),
}

/// A row of an asynchronous event.
pub(super) enum Row {
    Sync(AnySync),
    Async(AnyAsync, Option<Plan>),
}

impl AnyBound {
    /// Binds the table of an event. What is missing is noted in the binder, and its rows are left out.
    pub(crate) fn new(event: &'static EventType, sorted: &'static Sorted, binder: &mut Binder<'_>) -> Self {
        if let Some(calls) = sorted.plain_calls()
            && !binder.has_overrides()
        {
            let names = sorted.names().into();
            return Self::of(event, names, Handlers::Plain(calls), None);
        }
        let mut names = Vec::with_capacity(sorted.entries().len());
        let mut sync = Vec::new();
        let mut mixed = Vec::new();
        for entry in sorted.entries() {
            let members = entry.members();
            let bound = match binder.plan(event.id, members) {
                Some(plan) if plan.is_empty() => continue,
                Some(plan) if !plan.runs_any() => {
                    Some(Row::Sync(Box::new(StandIns { event, members, plan })))
                }
                plan => {
                    binder.enter_row(names.len(), members[0]);
                    Row::bind(&entry.kind, plan, binder)
                }
            };
            match bound {
                None => continue,
                Some(Row::Sync(handler)) if !event.meta.is_async => sync.push(handler),
                Some(row) => mixed.push(row),
            }
            names.push(members);
        }
        let handlers = if event.meta.is_async {
            Handlers::Mixed(mixed.into_boxed_slice())
        } else {
            Handlers::Sync(sync.into_boxed_slice())
        };
        let batches = binder.take_batches(names.len());
        Self::of(event, names.into_boxed_slice(), handlers, batches)
    }

    fn of(
        event: &'static EventType,
        names: Box<[Members]>,
        handlers: Handlers,
        batches: Option<Box<Batches>>,
    ) -> Self {
        let guarded = any_guarded(&names);
        Self { names, handlers, batches, guarded, late: LateCell::new(), event }
    }

    /// Where its late handlers are kept.
    pub fn late(&self) -> &LateCell {
        &self.late
    }

    pub(super) fn names(&self) -> &[Members] {
        &self.names
    }

    pub(super) fn event(&self) -> &'static EventType {
        self.event
    }

    /// Runs the synchronous rows, in order, then the late handlers.
    ///
    /// # Safety
    /// The event is of the type of the table.
    #[inline]
    #[doc(hidden)]
    pub unsafe fn emit(&self, event: EventRef<'_>) -> Outcome {
        // SAFETY: the caller's.
        unsafe { self.emit_unlimited(event, Context::empty()) }
    }

    /// Like [`emit`](Self::emit), with a context that may stop it.
    ///
    /// # Safety
    /// The event is of the type of the table.
    #[inline]
    #[doc(hidden)]
    pub unsafe fn emit_with(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe {
            if !cx.is_limited() {
                return self.emit_unlimited(event, cx);
            }
            let outcome = self.emit_limited(event, cx);
            self.emit_late(event, cx, outcome)
        }
    }

    unsafe fn emit_limited(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        let rows = rows_for(&self.names, cx);
        // SAFETY: the caller's.
        run(rows.len(), cx, &|at| unsafe { self.one(rows.start + at, event, cx) }, &|at| {
            Place::under(&self.names, rows.start + at, cx)
        })
    }

    #[inline(always)]
    unsafe fn emit_unlimited(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe {
            let outcome = self.emit_sync_rows(event, cx);
            self.emit_late(event, cx, outcome)
        }
    }

    /// Runs the synchronous rows under a context that cannot stop them.
    ///
    /// Each kind of rows has a loop and a `catch_unwind` of its own, because a closure is inlined into it only if it is small.
    #[inline(always)]
    unsafe fn emit_sync_rows(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        let one = move |row| unsafe { self.one(row, event, cx) };
        let described = move |row| Place::of(&self.names, row);
        match &self.handlers {
            Handlers::Plain(calls) => {
                // SAFETY: the rows of a table take its event, which the caller gives.
                let hot = move |progress: &mut _| {
                    walk(calls, progress, move |call| {
                        // SAFETY: as above.
                        unsafe { call.call(event, cx) }
                    })
                };
                run_walk(calls.len(), hot, one, described)
            }
            Handlers::Sync(handlers) => {
                // SAFETY: as above.
                let hot = move |progress: &mut _| {
                    walk(handlers, progress, move |handler| {
                        // SAFETY: as above.
                        unsafe { handler.run(event, cx) }
                    })
                };
                run_walk(handlers.len(), hot, one, described)
            }
            // SAFETY: the caller's.
            Handlers::Mixed(_) => unsafe { self.emit_each(event, cx, cx) },
        }
    }

    /// Like [`emit`](Self::emit), for a lane: no further handler begins once `halt` is set, which is the one of `cx`. The
    /// handlers see the empty context. A fused group that has begun is one step.
    #[inline(always)]
    pub(super) unsafe fn emit_until(&self, event: EventRef<'_>, halt: &AtomicBool, cx: &Context) -> Outcome {
        let empty = Context::empty();
        // SAFETY: the caller's.
        let one = move |row| unsafe { self.one(row, event, empty) };
        let described = move |row| Place::of(&self.names, row);
        let outcome = match &self.handlers {
            Handlers::Plain(calls) => {
                // SAFETY: the rows of a table take its event, which the caller gives.
                let hot = move |progress: &mut _| {
                    walk_until(calls, progress, halt, move |call| {
                        // SAFETY: as above.
                        unsafe { call.call(event, empty) }
                    })
                };
                run_walk_until(calls.len(), cx, hot, one, described)
            }
            Handlers::Sync(handlers) => {
                let hot = move |progress: &mut _| {
                    // SAFETY: as above.
                    walk_until(handlers, progress, halt, move |handler| unsafe { handler.run(event, empty) })
                };
                run_walk_until(handlers.len(), cx, hot, one, described)
            }
            // SAFETY: the caller's.
            Handlers::Mixed(_) => unsafe { self.emit_each(event, empty, cx) },
        };
        // Closures are few, and each checks the context in any case.
        // SAFETY: the caller's.
        unsafe { self.emit_late(event, cx, outcome) }
    }

    /// Runs the synchronous rows one by one, with one context for them and another that may stop them. It is a function of its
    /// own so that the loops above need no variable with an address.
    #[inline(never)]
    unsafe fn emit_each(&self, event: EventRef<'_>, cx: &Context, limits: &Context) -> Outcome {
        // SAFETY: the caller's.
        run(self.names.len(), limits, &|row| unsafe { self.one(row, event, cx) }, &|row| {
            Place::of(&self.names, row)
        })
    }

    /// Runs one synchronous row.
    pub(super) unsafe fn one(&self, row: usize, event: EventRef<'_>, cx: &Context) -> Flow {
        // SAFETY: the caller's.
        unsafe {
            match &self.handlers {
                Handlers::Plain(calls) => calls[row].call(event, cx),
                Handlers::Sync(handlers) => handlers[row].run(event, cx),
                Handlers::Mixed(rows) => rows[row].one(event, cx),
            }
        }
    }

    /// The rows, where some may be asynchronous.
    pub(super) fn mixed(&self) -> Option<&[Row]> {
        match &self.handlers {
            Handlers::Plain(_) | Handlers::Sync(_) => None,
            Handlers::Mixed(rows) => Some(rows),
        }
    }

    #[inline(always)]
    pub(super) unsafe fn emit_late(&self, event: EventRef<'_>, cx: &Context, outcome: Outcome) -> Outcome {
        match self.late.get() {
            None => outcome,
            // SAFETY: the caller's.
            Some(late) => unsafe { emit_late(late, self.event, event, cx, outcome) },
        }
    }

    /// Runs all rows, in order, one after the other, then the late handlers.
    pub(super) async unsafe fn emit_async(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY, of all of these: the caller's.
        let outcome = match &self.handlers {
            // SAFETY: as above.
            Handlers::Plain(_) | Handlers::Sync(_) => unsafe { self.emit_in_task(event, cx) },
            Handlers::Mixed(rows) => {
                let rows = rows.iter().map(Row::call).zip(self.names.iter().copied());
                // SAFETY: as above.
                unsafe { run_async(rows, self.event, event, cx) }.await
            }
        };
        // SAFETY: as above.
        unsafe { self.emit_late_async(event, cx, outcome) }.await
    }

    /// Runs the late handlers of either kind.
    pub(super) async unsafe fn emit_late_async(
        &self,
        event: EventRef<'_>,
        cx: &Context,
        outcome: Outcome,
    ) -> Outcome {
        match self.awaited(cx) {
            Some(late) => {
                // SAFETY: the caller's.
                let event = unsafe { AnyEvent::of(self.event, event, cx) };
                late.emit_async(event, outcome).await
            }
            // SAFETY: the caller's.
            None => unsafe { self.emit_late(event, cx, outcome) },
        }
    }

    /// Runs the synchronous rows of an event that is emitted in a task.
    #[inline(never)]
    unsafe fn emit_in_task(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe { if cx.is_limited() { self.emit_limited(event, cx) } else { self.emit_sync_rows(event, cx) } }
    }
}

/// The rows to run: all, or the one of the handler that is to run alone.
pub(super) fn rows_for(names: &[Members], cx: &Context) -> Range<usize> {
    if cx.only().is_none() {
        return 0..names.len();
    }
    match names.iter().position(|members| members.iter().any(|member| !cx.leaves_out(member))) {
        Some(row) => row..row + 1,
        None => 0..0,
    }
}

fn any_guarded(names: &[Members]) -> bool {
    names.iter().copied().flatten().any(|handler| handler.policy.guards())
}

impl Row {
    fn bind(kind: &Kind, plan: Option<Plan>, binder: &mut Binder<'_>) -> Option<Self> {
        Some(match kind {
            Kind::Sync { bind: Some(bind), .. } => Self::Sync(bind.bind(binder)?),
            Kind::Sync { call, bind: None } => Self::Sync(Box::new(*call)),
            Kind::Async { bind, .. } => Self::Async(bind.bind(binder)?, plan),
        })
    }

    pub(super) fn call(&self) -> Call<'_> {
        match self {
            Self::Sync(call) => Call::Sync(&**call),
            Self::Async(call, plan) => Call::Async(&**call, plan.as_ref()),
        }
    }

    /// Runs it, if it is synchronous.
    ///
    /// # Safety
    /// The event is of the type that the row takes.
    unsafe fn one(&self, event: EventRef<'_>, cx: &Context) -> Flow {
        match self {
            // SAFETY: the caller's.
            Self::Sync(call) => unsafe { call.run(event, cx) },
            Self::Async(..) => Flow::SKIPPED,
        }
    }
}

/// What a test put in place of all handlers of a row.
struct StandIns {
    event: &'static EventType,
    members: Members,
    plan: Plan,
}

// SAFETY: it takes events of the type `event`.
unsafe impl SyncCall for StandIns {
    unsafe fn run(&self, event: EventRef<'_>, cx: &Context) -> Flow {
        // SAFETY: the caller's.
        let event = unsafe { self.event.as_any(event) };
        stepwise(self.members, cx, &|index| self.plan.stand_in(index, event, cx).unwrap_or(Flow::SKIPPED))
    }
}
