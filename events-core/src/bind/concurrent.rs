//! Rows that run concurrently.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::future::{Future, poll_fn};
use core::ops::Range;
use core::pin::Pin;
use core::task::Poll;

use super::Call;
use crate::Context;
use crate::erased::{EventRef, EventType};
use crate::handler::Flow;
use crate::outcome::Stop;
use crate::table::{Members, isolate};

/// Whether the row may run concurrently with others of its priority. A group may not: a `concurrent` handler is not fused.
pub(super) fn is_concurrent(members: Members) -> bool {
    matches!(members, [only] if only.policy.concurrent)
}

/// Whether two rows that follow each other run concurrently.
pub(super) fn are_concurrent(one: Members, other: Members) -> bool {
    is_concurrent(one) && is_concurrent(other) && one[0].priority == other[0].priority
}

/// The rows that run concurrently with this one, itself included.
pub(super) fn group(names: &[Members], row: usize) -> Range<usize> {
    let before = names[..=row].windows(2).rev().take_while(|pair| are_concurrent(pair[0], pair[1])).count();
    let after = names[row..].windows(2).take_while(|pair| are_concurrent(pair[0], pair[1])).count();
    row - before..row + after + 1
}

/// One of the handlers under way.
enum Running<'a> {
    Pending(Pin<Box<dyn Future<Output = Flow> + Send + 'a>>),
    Done(Flow),
}

impl<'a> Running<'a> {
    /// Starts a row of one handler. A synchronous one runs to its end.
    ///
    /// # Safety
    /// The event is of the type `ty`, and the row is of its table.
    unsafe fn start(call: Call<'a>, ty: &EventType, event: EventRef<'a>, cx: &'a Context) -> Self {
        match call {
            Call::Sync(call) => Self::Done(
                // SAFETY: the caller's.
                isolate(|| unsafe { call.run(event, cx) })
                    .unwrap_or_else(|panic| Flow::fault(1, panic.into_fault())),
            ),
            // SAFETY: the caller's.
            Call::Async(call, plan) => match unsafe { stand_in(plan, 0, ty, event, cx) } {
                Some(flow) => Self::Done(flow),
                // SAFETY: as above.
                None => Self::Pending(Box::pin(unsafe { call.start(event, cx, 0) }.isolated())),
            },
        }
    }

    fn poll(&mut self, task: &mut core::task::Context<'_>) {
        if let Self::Pending(future) = self
            && let Poll::Ready(flow) = future.as_mut().poll(task)
        {
            *self = Self::Done(flow);
        }
    }
}

/// What a test put in place of an asynchronous handler made of the event.
///
/// # Safety
/// The event is of the type `ty`.
pub(super) unsafe fn stand_in(
    plan: Option<&super::Plan>,
    index: usize,
    ty: &EventType,
    event: EventRef<'_>,
    cx: &Context,
) -> Option<Flow> {
    let plan = plan?;
    // SAFETY: the caller's.
    let event = unsafe { ty.as_any(event) };
    isolate(|| plan.stand_in(index, event, cx))
        .unwrap_or_else(|panic| Some(Flow::fault(1, panic.into_fault())))
}

/// Runs rows of one handler each concurrently in this task. They are started in order, and the context is checked before each.
/// A handler that was started runs to its end. Returns the flows, in order, and what kept the others from starting.
///
/// # Safety
/// The event is of the type `ty`, and the rows are of its table.
pub(super) async unsafe fn side_by_side<'a>(
    rows: Vec<Call<'a>>,
    ty: &EventType,
    event: EventRef<'a>,
    cx: &'a Context,
) -> (Vec<Flow>, Option<Stop>) {
    let mut running: Vec<Running<'a>> = Vec::with_capacity(rows.len());
    let (mut rows, mut stop) = (rows.into_iter(), None);
    poll_fn(|task| {
        for handler in &mut running {
            handler.poll(task);
        }
        // All of them in the first poll.
        while stop.is_none() && rows.len() > 0 {
            stop = cx.stop();
            if stop.is_none()
                && let Some(call) = rows.next()
            {
                // SAFETY: the caller's.
                let mut handler = unsafe { Running::start(call, ty, event, cx) };
                handler.poll(task);
                running.push(handler);
            }
        }
        let is_over = running.iter().all(|handler| matches!(handler, Running::Done(_)));
        if is_over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let flows = running.into_iter().filter_map(|handler| match handler {
        Running::Done(flow) => Some(flow),
        Running::Pending(_) => None,
    });
    (flows.collect(), stop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventMeta;
    use crate::handler::{HandlerMeta, Policy};

    #[test]
    fn a_group_is_all_neighbours_of_one_priority() {
        static EVENT: EventMeta = EventMeta::new("event", "event", "package", &[], "file", 1);
        const fn meta(priority: i32) -> HandlerMeta {
            HandlerMeta::new("path", "package", &EVENT, "file", 1, 1).priority(priority)
        }
        static HIGH: HandlerMeta = meta(1).policy(Policy::NONE.concurrent());
        static LOW: HandlerMeta = meta(0).policy(Policy::NONE.concurrent());
        static ALONE: HandlerMeta = meta(0);
        static NAMES: [Members; 8] =
            [&[&HIGH], &[&LOW], &[&LOW], &[&LOW], &[&ALONE], &[&LOW], &[&ALONE, &ALONE], &[&LOW]];
        let groups: Vec<_> = (0..NAMES.len()).map(|row| group(&NAMES, row)).collect();
        assert_eq!(groups, [0..1, 1..4, 1..4, 1..4, 4..5, 5..6, 6..7, 7..8]);
    }
}
