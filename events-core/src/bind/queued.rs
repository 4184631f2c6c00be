//! A bound table row by row: for a runtime that keeps events on queues, where handlers are retried, timed and given
//! batches, each by itself.
//!
//! A row is named by its index in dispatch order. Each of these runs is isolated and asks the context as an emit does; one
//! row's [`Stop`](crate::outcome::Stop) is for the caller to heed before the next.
//!
//! What takes an event without its type has the condition of all of [`AnyBound`]: the event is of the type of the table.

use core::ops::Range;

use super::batch::{Batches, Many};
use super::concurrent::group;
use super::table::{Row, rows_for};
use super::{AnyBound, BoundTable, Call, run_async};
use crate::Context;
use crate::erased::EventRef;
use crate::event::Event;
use crate::handler::{Flow, HandlerMeta, Policy};
use crate::outcome::{Outcome, Place, Tally};
use crate::table::{Members, run, run_all};

impl AnyBound {
    /// How many handlers it has, those in groups counted singly.
    pub fn len(&self) -> usize {
        self.names().iter().map(|members| members.len()).sum()
    }

    /// Whether it has no handler.
    pub fn is_empty(&self) -> bool {
        self.names().is_empty()
    }

    /// How many rows it has. A fused group is one.
    pub fn rows(&self) -> usize {
        self.names().len()
    }

    /// The handlers of a row, in the order in which they run.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn members(&self, row: usize) -> &'static [&'static HandlerMeta] {
        self.names()[row]
    }

    /// What the row's one handler asks of its lane. A group asks for nothing: who does is not fused.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn policy(&self, row: usize) -> &'static Policy {
        match self.members(row) {
            [only] => &only.policy,
            _ => &Policy::NONE,
        }
    }

    /// The rows that may run side by side with this one, itself included: its neighbours of the same priority that are
    /// [`concurrent`](Policy::concurrent), all of them. A row that is not is alone.
    ///
    /// [`emit_async`](BoundTable::emit_async) runs such a group in one task; whoever runs rows by itself asks here.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn concurrent_group(&self, row: usize) -> Range<usize> {
        group(self.names(), row)
    }

    /// Whether a handler asks for retries, a timeout or a breaker, so that its row is to be run by itself. Decided when
    /// the table is bound.
    pub fn has_policies(&self) -> bool {
        self.guarded
    }

    /// Whether a handler takes batches. Decided when the table is bound.
    pub fn has_batches(&self) -> bool {
        self.batches.is_some()
    }

    /// Whether this row takes batches. A closure that a test puts in place of a batch handler takes single events, as
    /// any closure.
    pub fn is_batch(&self, row: usize) -> bool {
        self.batches.as_ref().is_some_and(|batches| batches.contains(row))
    }

    /// Whether this row has an `async` handler, and so does nothing where there is nobody to wait for it.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn is_async(&self, row: usize) -> bool {
        self.mixed().is_some_and(|rows| matches!(rows[row], Row::Async(..)))
    }

    /// Runs one row. Does nothing for one that is asynchronous.
    unsafe fn emit_row(&self, row: usize, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        let one = |row| unsafe { self.one(row, event, cx) };
        if self.is_async(row) {
            Outcome::none()
        } else if cx.is_limited() {
            limited(self.names(), row, cx, &|| one(row))
        } else {
            run_all(&[row], |&row| one(row), |_| Place::of(self.names(), row))
        }
    }

    /// Runs one row, of either kind.
    async unsafe fn emit_row_async(&self, row: usize, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe {
            match self.mixed() {
                Some(rows) => run_async(self.calls(rows, &[row]), self.event(), event, cx).await,
                None => self.emit_row(row, event, cx),
            }
        }
    }

    /// Runs the synchronous rows that take no batches, in order, then the late handlers.
    unsafe fn emit_unbatched(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe {
            let Some(batches) = &self.batches else { return self.emit_with(event, cx) };
            let outcome = self.emit_others(batches, event, cx);
            self.emit_late(event, cx, outcome)
        }
    }

    /// Runs the synchronous rows that take no batches.
    unsafe fn emit_others(&self, batches: &Batches, event: EventRef<'_>, cx: &Context) -> Outcome {
        let rows = batches.others();
        // SAFETY: the caller's.
        let one = |row: usize| unsafe { self.one(row, event, cx) };
        if cx.only().is_some() {
            let mut own = rows_for(self.names(), cx).filter(|row| rows.contains(row));
            // SAFETY: the caller's.
            own.next().map_or(Outcome::none(), |row| unsafe { self.emit_row(row, event, cx) })
        } else if cx.is_limited() {
            let described = |at: usize| Place::of(self.names(), rows[at]);
            run(rows.len(), cx, &|at| one(rows[at]), &described)
        } else {
            run_all(rows, |&row| one(row), |at| Place::of(self.names(), rows[at]))
        }
    }

    /// Runs the rows of either kind that take no batches, in order, one after the other, then the late handlers.
    async unsafe fn emit_unbatched_async(&self, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe {
            let Some(batches) = &self.batches else { return self.emit_async(event, cx).await };
            let outcome = match self.mixed() {
                Some(rows) => run_async(self.calls(rows, batches.others()), self.event(), event, cx).await,
                None => self.emit_others(batches, event, cx),
            };
            self.emit_late_async(event, cx, outcome).await
        }
    }

    /// How some of the rows are run.
    fn calls<'a>(
        &'a self,
        rows: &'a [Row],
        some: &'a [usize],
    ) -> impl Iterator<Item = (Call<'a>, Members)> + Clone {
        some.iter().map(|&row| (rows[row].call(), self.names()[row]))
    }
}

impl<E: Event> BoundTable<E> {
    /// Runs one row. Does nothing for one that [`is_async`](AnyBound::is_async).
    ///
    /// # Panics
    /// If there is no such row.
    pub fn emit_row(&self, row: usize, event: &E, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any().emit_row(row, EventRef::new(event), cx) }
    }

    /// Runs one row, of either kind.
    ///
    /// # Panics
    /// If there is no such row.
    pub async fn emit_row_async(&self, row: usize, event: &E, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any().emit_row_async(row, EventRef::new(event), cx) }.await
    }

    /// Runs a batch row with many events at once. Does nothing without events, and for a row that
    /// [`is_async`](AnyBound::is_async). A row that takes single events is run with one after the other.
    ///
    /// The outcome is that of the handler, which ran once: it tells nothing of each event.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn emit_batch(&self, row: usize, events: &[E], cx: &Context) -> Outcome {
        match self.many(row) {
            _ if events.is_empty() => Outcome::none(),
            Some(Many::Sync(call)) => limited(self.names(), row, cx, &|| call(events, cx)),
            Some(Many::Async(_)) => Outcome::none(),
            None => events
                .iter()
                .fold(Outcome::none(), |outcome, event| outcome.merge(self.emit_row(row, event, cx))),
        }
    }

    /// Like [`emit_batch`](Self::emit_batch), for rows of either kind.
    ///
    /// # Panics
    /// If there is no such row.
    pub async fn emit_batch_async(&self, row: usize, events: &[E], cx: &Context) -> Outcome {
        match self.many(row) {
            Some(Many::Sync(_)) => self.emit_batch(row, events, cx),
            Some(Many::Async(call)) => {
                let member = self.names()[row][0];
                if events.is_empty() || cx.leaves_out(member) {
                    return Outcome::none();
                }
                if let Some(stop) = cx.stop() {
                    return Outcome::not_reached(Some(stop), 1);
                }
                single(member, call.start(events, cx).isolated().await)
            }
            None => {
                let mut outcome = Outcome::none();
                for event in events {
                    outcome = outcome.merge(self.emit_row_async(row, event, cx).await);
                }
                outcome
            }
        }
    }

    /// Runs the synchronous rows that take no batches, in order, then the late handlers.
    pub fn emit_unbatched(&self, event: &E, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any().emit_unbatched(EventRef::new(event), cx) }
    }

    /// Runs the rows of either kind that take no batches, in order, one after the other, then the late handlers.
    pub async fn emit_unbatched_async(&self, event: &E, cx: &Context) -> Outcome {
        // SAFETY: the event is of the type of this table.
        unsafe { self.any().emit_unbatched_async(EventRef::new(event), cx) }.await
    }

    /// How a row takes many events at once, if it does.
    fn many(&self, row: usize) -> Option<&Many<E>> {
        self.batches.as_ref()?.get(row)
    }
}

/// Runs one row, asking the context first.
fn limited(names: &[Members], row: usize, cx: &Context, call: &dyn Fn() -> Flow) -> Outcome {
    let described = Place::under(names, row, cx);
    // None of the row's handlers is the one to run.
    if described.1 == 0 {
        return Outcome::none();
    }
    run(1, cx, &|_| call(), &|_| described)
}

/// What one handler made.
fn single(member: &'static HandlerMeta, flow: Flow) -> Outcome {
    let mut tally = Tally::new();
    let ran = flow.ran();
    if !flow.is_plain() {
        tally.absorb(Place::Handler(member), flow, || 0);
    }
    tally.into_outcome(ran)
}
