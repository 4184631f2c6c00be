use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::{Any, TypeId};
use core::ops::Range;
use core::sync::atomic::AtomicBool;

use super::batch::Batches;
use super::late::LateCell;
use super::late::emit_late;
use super::{AsyncHandler, Binder, Call, Plan, run_async};
use crate::Context;
use crate::event::{AnyEvent, Event};
use crate::handler::{CallFn, Flow, Kind, stepwise};
use crate::outcome::{Outcome, Place};
use crate::table::{Members, Progress, run, run_walk, run_walk_until, walk, walk_until};

/// A row with its arguments bound, to be called with the event and its context.
pub type SyncHandler<E> = Box<dyn Fn(&E, &Context) -> Flow + Send + Sync>;

pub(crate) type BindSync<E> = fn(&mut Binder<'_>) -> Option<SyncHandler<E>>;

/// The table of one event, bound to one set of state.
pub struct BoundTable<E: Event> {
    names: Box<[Members]>,
    handlers: Handlers<E>,
    pub(super) batches: Option<Box<Batches>>,
    /// Whether a handler asks for retries, a timeout or a breaker.
    pub(super) guarded: bool,
    pub(super) late: LateCell,
}

/// A bound table whose event is not named by the type: a [`BoundTable`] of some event.
pub trait AnyBound: Any + Send + Sync {
    /// Where its late handlers are kept.
    fn late(&self) -> &LateCell;
}

impl<E: Event> AnyBound for BoundTable<E> {
    fn late(&self) -> &LateCell {
        &self.late
    }
}

enum Handlers<E: Event> {
    /// None of them is bound to anything: the calls of the table itself.
    Plain(&'static [CallFn<E>]),
    Sync(Box<[SyncHandler<E>]>),
    Mixed(Box<[Row<E>]>),
}

/// A row of an asynchronous event.
pub(super) enum Row<E: Event> {
    Sync(SyncHandler<E>),
    Async(AsyncHandler<E>, Option<Plan>),
}

impl<E: Event> BoundTable<E> {
    /// Binds the table of `E`. What is missing is noted in the binder, and its rows are left out.
    ///
    /// Compiled for each event: loops and no adapters, and what need not know the event's type does not.
    pub fn bind(binder: &mut Binder<'_>) -> Self {
        let sorted = E::__table().sorted();
        if let Some(calls) = sorted.plain_calls()
            && !binder.has_overrides()
        {
            let names = sorted.names().into();
            return Self::of(names, Handlers::Plain(calls), None);
        }
        let mut names = Vec::with_capacity(sorted.entries().len());
        let mut sync = Vec::new();
        let mut mixed = Vec::new();
        for entry in sorted.entries() {
            let members = entry.members();
            let bound = match binder.plan(TypeId::of::<E>(), members) {
                Some(plan) if plan.is_empty() => continue,
                Some(plan) if !plan.runs_any() => Some(Row::Sync(stand_ins(members, plan))),
                plan => {
                    binder.enter_row(names.len(), members[0]);
                    Row::bind(&entry.kind, plan, binder)
                }
            };
            match bound {
                None => continue,
                Some(Row::Sync(handler)) if !E::META.is_async => sync.push(handler),
                Some(row) => mixed.push(row),
            }
            names.push(members);
        }
        let handlers = if E::META.is_async {
            Handlers::Mixed(mixed.into_boxed_slice())
        } else {
            Handlers::Sync(sync.into_boxed_slice())
        };
        let batches = binder.take_batches(names.len());
        Self::of(names.into_boxed_slice(), handlers, batches)
    }

    fn of(names: Box<[Members]>, handlers: Handlers<E>, batches: Option<Box<Batches>>) -> Self {
        let guarded = any_guarded(&names);
        Self { names, handlers, batches, guarded, late: LateCell::new() }
    }

    pub(super) fn names(&self) -> &[Members] {
        &self.names
    }

    /// How many handlers it has, those in groups counted singly.
    pub fn len(&self) -> usize {
        self.names.iter().map(|members| members.len()).sum()
    }

    /// Whether it has no handler.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Runs the synchronous rows, in order, then the late handlers.
    #[inline(always)]
    pub fn emit(&self, event: &E) -> Outcome {
        self.emit_unlimited(event, Context::empty())
    }

    /// Like [`emit`](Self::emit), with a context that may stop it.
    pub fn emit_with(&self, event: &E, cx: &Context) -> Outcome {
        if !cx.is_limited() {
            return self.emit_unlimited(event, cx);
        }
        let outcome = self.emit_limited(event, cx);
        self.emit_late(event, cx, outcome)
    }

    fn emit_limited(&self, event: &E, cx: &Context) -> Outcome {
        let rows = rows_for(&self.names, cx);
        run(rows.len(), cx, &|at| self.one(rows.start + at, event, cx), &|at| {
            Place::under(&self.names, rows.start + at, cx)
        })
    }

    #[inline(always)]
    fn emit_unlimited(&self, event: &E, cx: &Context) -> Outcome {
        let outcome = self.emit_sync_rows(event, cx);
        self.emit_late(event, cx, outcome)
    }

    /// Runs the synchronous rows under a context that cannot stop them.
    #[inline(always)]
    fn emit_sync_rows(&self, event: &E, cx: &Context) -> Outcome {
        let hot = |progress: &mut Progress| match &self.handlers {
            Handlers::Plain(calls) => walk(calls, progress, |call| call(event, cx)),
            Handlers::Sync(handlers) => walk(handlers, progress, |handler| handler(event, cx)),
            // Left out where it cannot be.
            Handlers::Mixed(rows) if E::META.is_async => walk(rows, progress, |row| row.one(event, cx)),
            Handlers::Mixed(_) => None,
        };
        let one = |row| self.one(row, event, cx);
        run_walk(self.names.len(), hot, one, |row| Place::of(&self.names, row))
    }

    /// Like [`emit`](Self::emit), for a lane: no further handler begins once `halt` is set, which is the one of `cx`. The
    /// handlers see the empty context. A fused group that has begun is one step.
    #[inline(always)]
    pub fn emit_until(&self, event: &E, halt: &AtomicBool, cx: &Context) -> Outcome {
        let empty = Context::empty();
        let hot = |progress: &mut Progress| match &self.handlers {
            Handlers::Plain(calls) => walk_until(calls, progress, halt, |call| call(event, empty)),
            Handlers::Sync(handlers) => walk_until(handlers, progress, halt, |handler| handler(event, empty)),
            // Left out where it cannot be.
            Handlers::Mixed(rows) if E::META.is_async => {
                walk_until(rows, progress, halt, |row| row.one(event, empty))
            }
            Handlers::Mixed(_) => None,
        };
        let one = |row| self.one(row, event, empty);
        let outcome = run_walk_until(self.names.len(), cx, hot, one, |row| Place::of(&self.names, row));
        // Closures are few, and each asks the context anyway.
        self.emit_late(event, cx, outcome)
    }

    /// Runs one synchronous row.
    pub(super) fn one(&self, row: usize, event: &E, cx: &Context) -> Flow {
        match &self.handlers {
            Handlers::Plain(calls) => (calls[row])(event, cx),
            Handlers::Sync(handlers) => (handlers[row])(event, cx),
            Handlers::Mixed(rows) => rows[row].one(event, cx),
        }
    }

    /// The rows, where some may be asynchronous.
    pub(super) fn mixed(&self) -> Option<&[Row<E>]> {
        match &self.handlers {
            Handlers::Plain(_) | Handlers::Sync(_) => None,
            Handlers::Mixed(rows) => Some(rows),
        }
    }

    #[inline(always)]
    pub(super) fn emit_late(&self, event: &E, cx: &Context, outcome: Outcome) -> Outcome {
        match self.late.get() {
            None => outcome,
            Some(late) => emit_late(late, &AnyEvent::new(event, cx), outcome),
        }
    }

    /// Runs all rows, in order, one after the other, then the late handlers.
    pub async fn emit_async(&self, event: &E, cx: &Context) -> Outcome {
        let outcome = match &self.handlers {
            Handlers::Plain(_) | Handlers::Sync(_) => self.emit_in_task(event, cx),
            Handlers::Mixed(rows) => self.emit_rows(rows, event, cx).await,
        };
        match self.awaited(cx) {
            Some(late) => late.emit_async(AnyEvent::new(event, cx), outcome).await,
            None => self.emit_late(event, cx, outcome),
        }
    }

    /// Runs the synchronous rows of an event that is emitted in a task.
    #[inline(never)]
    fn emit_in_task(&self, event: &E, cx: &Context) -> Outcome {
        if cx.is_limited() { self.emit_limited(event, cx) } else { self.emit_sync_rows(event, cx) }
    }

    async fn emit_rows(&self, rows: &[Row<E>], event: &E, cx: &Context) -> Outcome {
        run_async(rows.iter().map(Row::call).zip(self.names.iter().copied()), event, cx).await
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

impl<E: Event> Row<E> {
    fn bind(kind: &Kind<E>, plan: Option<Plan>, binder: &mut Binder<'_>) -> Option<Self> {
        Some(match kind {
            Kind::Sync { bind: Some(bind), .. } => Self::Sync(bind(binder)?),
            Kind::Sync { call, bind: None } => Self::Sync(Box::new(*call)),
            Kind::Async { bind, .. } => Self::Async(bind(binder)?, plan),
        })
    }

    pub(super) fn call(&self) -> Call<'_, E> {
        match self {
            Self::Sync(call) => Call::Sync(call),
            Self::Async(call, plan) => Call::Async(&**call, plan.as_ref()),
        }
    }

    /// Runs it, if it is synchronous.
    fn one(&self, event: &E, cx: &Context) -> Flow {
        match self {
            Self::Sync(call) => call(event, cx),
            Self::Async(..) => Flow::SKIPPED,
        }
    }
}

fn stand_ins<E: Event>(members: Members, plan: Plan) -> SyncHandler<E> {
    Box::new(move |event, cx| {
        stepwise(members, cx, &|index| plan.stand_in(index, event, cx).unwrap_or(Flow::SKIPPED))
    })
}
