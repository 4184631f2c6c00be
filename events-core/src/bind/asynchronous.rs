//! Asynchronous rows, which are awaited.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::concurrent::{are_concurrent, is_concurrent, side_by_side, stand_in};
use super::{Binder, One, Plan, SyncCall};
use crate::Context;
use crate::erased::{EventRef, EventType};
use crate::handler::{Flow, HandlerFuture};
use crate::outcome::{Outcome, Place, Tally};
use crate::table::{Members, isolate};

/// An asynchronous row with its arguments bound.
#[repr(transparent)]
pub struct AsyncHandler<E: ?Sized>(AnyAsync, PhantomData<fn(&E)>);

/// The same of an event that the type does not name.
pub(crate) type AnyAsync = Box<dyn AsyncCall + Send + Sync>;

/// Runs an asynchronous row of one event type, one of its handlers at a time.
///
/// # Safety
/// Who implements it says of which type, and takes events of that type.
pub(crate) unsafe trait AsyncCall {
    /// Starts the handler at `index`; its future borrows what the row is bound to.
    ///
    /// # Safety
    /// The event is of the type that the row takes.
    unsafe fn start<'a>(&'a self, event: EventRef<'a>, cx: &'a Context, index: usize) -> HandlerFuture<'a>;
}

impl<E: ?Sized + 'static> AsyncHandler<E> {
    /// A row that is bound to `bound`, and how it is run with that.
    pub(crate) fn new<B: Send + Sync + 'static>(
        bound: B,
        call: for<'a> fn(&'a B, &'a E, &'a Context, usize) -> HandlerFuture<'a>,
    ) -> Self {
        Self(Box::new(Bound { bound, call }), PhantomData)
    }

    /// A row that takes batches, with one event.
    pub(crate) fn one(row: One<E>) -> Self
    where
        E: Sized,
    {
        Self(Box::new(row), PhantomData)
    }
}

/// A row, bound to `B`.
struct Bound<E: ?Sized, B> {
    bound: B,
    call: for<'a> fn(&'a B, &'a E, &'a Context, usize) -> HandlerFuture<'a>,
}

// SAFETY: it takes events of type `E`.
unsafe impl<E: ?Sized, B> AsyncCall for Bound<E, B> {
    unsafe fn start<'a>(&'a self, event: EventRef<'a>, cx: &'a Context, index: usize) -> HandlerFuture<'a> {
        // SAFETY: the caller's.
        (self.call)(&self.bound, unsafe { event.typed() }, cx, index)
    }
}

/// A row without a bus.
#[derive(Clone, Copy)]
pub(crate) struct StartFn(for<'a> unsafe fn(EventRef<'a>, &'a Context, usize) -> HandlerFuture<'a>);

impl StartFn {
    pub(crate) const fn new<E: ?Sized>(
        call: for<'a> fn(&'a E, &'a Context, usize) -> HandlerFuture<'a>,
    ) -> Self {
        // SAFETY: as in `CallFn::new`.
        Self(unsafe {
            core::mem::transmute::<
                for<'a> fn(&'a E, &'a Context, usize) -> HandlerFuture<'a>,
                for<'a> unsafe fn(EventRef<'a>, &'a Context, usize) -> HandlerFuture<'a>,
            >(call)
        })
    }
}

// SAFETY: it takes events of the type that `new` was told.
unsafe impl AsyncCall for StartFn {
    unsafe fn start<'a>(&'a self, event: EventRef<'a>, cx: &'a Context, index: usize) -> HandlerFuture<'a> {
        // SAFETY: the caller's.
        unsafe { (self.0)(event, cx, index) }
    }
}

/// Binds an asynchronous row.
#[derive(Clone, Copy)]
pub(crate) struct BindAsync(fn(&mut Binder<'_>) -> Option<AnyAsync>);

impl BindAsync {
    pub(crate) const fn new<E: ?Sized>(bind: fn(&mut Binder<'_>) -> Option<AsyncHandler<E>>) -> Self {
        // SAFETY: as in `BindSync::new`.
        Self(unsafe {
            core::mem::transmute::<
                fn(&mut Binder<'_>) -> Option<AsyncHandler<E>>,
                fn(&mut Binder<'_>) -> Option<AnyAsync>,
            >(bind)
        })
    }

    pub(crate) fn bind(self, binder: &mut Binder<'_>) -> Option<AnyAsync> {
        (self.0)(binder)
    }
}

/// How one row of an asynchronous event is run, bound or not.
pub(crate) enum Call<'a> {
    Sync(&'a (dyn SyncCall + Send + Sync)),
    Async(&'a (dyn AsyncCall + Send + Sync), Option<&'a Plan>),
}

/// Runs rows one after the other. Each poll of a handler is isolated, and the context is checked before each handler. Rows that
/// follow each other and are concurrent run concurrently.
///
/// # Safety
/// The event is of the type `ty`, and the rows are of its table.
pub(crate) async unsafe fn run_async<'a>(
    mut rows: impl Iterator<Item = (Call<'a>, Members)> + Clone,
    ty: &EventType,
    event: EventRef<'_>,
    cx: &Context,
) -> Outcome {
    let mut tally = Tally::new();
    let mut ran = 0;
    let runs = |members: Members| members.iter().filter(|member| !cx.leaves_out(member)).count() as u32;
    let mut rest = rows.clone().map(|(_, members)| runs(members)).sum::<u32>();
    'rows: while let Some((call, members)) = rows.next() {
        if are_neighbours(members, &rows) && cx.only().is_none() {
            let mut group = Vec::from([(call, members)]);
            while let Some((_, last)) = group.last()
                && are_neighbours(last, &rows)
            {
                group.extend(rows.next());
            }
            let (calls, places): (Vec<_>, Vec<_>) = group.into_iter().unzip();
            // It is in a box because it is rarely there, and the future should stay small.
            // SAFETY: the caller's.
            let (flows, stop) = Box::pin(unsafe { side_by_side(calls, ty, event, cx) }).await;
            rest -= flows.len() as u32;
            let mut goes_on = true;
            for (members, flow) in places.into_iter().zip(flows) {
                ran += flow.ran();
                // Only a closure with which a test replaced a handler can break. The others of the group have run.
                goes_on &= flow.is_plain() || tally.absorb(Place::of_row(members), flow, || rest);
            }
            if let Some(stop) = stop.filter(|_| goes_on) {
                tally.interrupt(stop, rest);
                goes_on = false;
            }
            if !goes_on {
                break 'rows;
            }
            continue;
        }
        // A synchronous group is one step, and checks the context itself.
        let steps = if matches!(call, Call::Sync(_)) { 1 } else { members.len() };
        if runs(members) == 0 {
            continue;
        }
        for (index, &member) in members.iter().enumerate().take(steps) {
            if steps > 1 && cx.leaves_out(member) {
                continue;
            }
            if let Some(stop) = cx.stop() {
                tally.interrupt(stop, rest);
                break 'rows;
            }
            let flow = match &call {
                Call::Sync(call) => {
                    rest -= runs(members);
                    // SAFETY: the caller's.
                    isolate(|| unsafe { call.run(event, cx) })
                        .unwrap_or_else(|panic| Flow::fault(1, panic.into_fault()))
                }
                Call::Async(call, plan) => {
                    rest -= 1;
                    // SAFETY: the caller's.
                    match unsafe { stand_in(*plan, index, ty, event, cx) } {
                        Some(flow) => flow,
                        // SAFETY: as above.
                        None => unsafe { call.start(event, cx, index) }.isolated().await,
                    }
                }
            };
            ran += flow.ran();
            let place = || match cx.only() {
                None if steps < members.len() => Place::of_row(members),
                _ => Place::Handler(member),
            };
            if !flow.is_plain() && !tally.absorb(place(), flow, || rest) {
                break 'rows;
            }
        }
    }
    tally.into_outcome(ran)
}

/// Whether the next of these rows runs side by side with one of these handlers.
fn are_neighbours<'a>(members: Members, rows: &(impl Iterator<Item = (Call<'a>, Members)> + Clone)) -> bool {
    is_concurrent(members) && rows.clone().next().is_some_and(|(_, next)| are_concurrent(members, next))
}
