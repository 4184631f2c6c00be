//! Rows that are awaited.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::concurrent::{are_concurrent, is_concurrent, side_by_side, stand_in};
use super::{Binder, Plan};
use crate::Context;
use crate::event::Event;
use crate::handler::{Flow, HandlerFuture};
use crate::outcome::{Outcome, Place, Tally};
use crate::table::{Members, isolate};

/// An asynchronous row with its arguments bound.
pub type AsyncHandler<E> = Box<dyn RunAsync<E> + Send + Sync>;

/// Runs an asynchronous row, one of its handlers at a time.
pub trait RunAsync<E: ?Sized> {
    /// Starts the handler at `index`; its future borrows what the row is bound to.
    fn start<'a>(&'a self, event: &'a E, cx: &'a Context, index: usize) -> HandlerFuture<'a>;
}

/// A row, bound to `B`.
pub(crate) struct BoundAsync<E: ?Sized, B> {
    pub(crate) bound: B,
    pub(crate) call: for<'a> fn(&'a B, &'a E, &'a Context, usize) -> HandlerFuture<'a>,
}

impl<E: ?Sized, B> RunAsync<E> for BoundAsync<E, B> {
    fn start<'a>(&'a self, event: &'a E, cx: &'a Context, index: usize) -> HandlerFuture<'a> {
        (self.call)(&self.bound, event, cx, index)
    }
}

/// A row without a bus.
pub(crate) struct Unbound<E: ?Sized>(pub(crate) for<'a> fn(&'a E, &'a Context, usize) -> HandlerFuture<'a>);

impl<E: ?Sized> RunAsync<E> for Unbound<E> {
    fn start<'a>(&'a self, event: &'a E, cx: &'a Context, index: usize) -> HandlerFuture<'a> {
        (self.0)(event, cx, index)
    }
}

pub(crate) type BindAsync<E> = fn(&mut Binder<'_>) -> Option<AsyncHandler<E>>;

/// How one row of an asynchronous event is run, bound or not.
pub(crate) enum Call<'a, E: Event> {
    Sync(&'a (dyn Fn(&E, &Context) -> Flow + Send + Sync)),
    Async(&'a (dyn RunAsync<E> + Send + Sync), Option<&'a Plan>),
}

/// Runs rows one after the other, each handler isolated in each of its polls, asking the context before each. Neighbours
/// that are concurrent run side by side.
pub(crate) async fn run_async<'a, E: Event>(
    mut rows: impl Iterator<Item = (Call<'a, E>, Members)> + Clone,
    event: &E,
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
            // In a box: nearly never there, and the future is to stay small.
            let (flows, stop) = Box::pin(side_by_side(calls, event, cx)).await;
            rest -= flows.len() as u32;
            let mut goes_on = true;
            for (members, flow) in places.into_iter().zip(flows) {
                ran += flow.ran();
                // Only what a test put in place of a handler can break. The others of the group have run.
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
        // A synchronous group is one step, and asks the context by itself.
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
                    isolate(|| call(event, cx)).unwrap_or_else(|panic| Flow::fault(1, panic.into_fault()))
                }
                Call::Async(call, plan) => {
                    rest -= 1;
                    match stand_in(*plan, index, event, cx) {
                        Some(flow) => flow,
                        None => call.start(event, cx, index).isolated().await,
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
fn are_neighbours<'a, E: Event>(
    members: Members,
    rows: &(impl Iterator<Item = (Call<'a, E>, Members)> + Clone),
) -> bool {
    is_concurrent(members) && rows.clone().next().is_some_and(|(_, next)| are_concurrent(members, next))
}
