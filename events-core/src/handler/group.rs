//! Fused handlers: a group runs as one row of the table, and each handler is isolated from the others.
//!
//! The straight-line run records its position in a local variable, which costs nothing unless a handler fails. After a panic or
//! a failure, a cold path continues with the next handler and runs the rest one at a time.

use super::{Flow, HandlerMeta};
use crate::Context;
use crate::outcome::{Place, Tally};
use crate::table::isolate;

/// The position of the run of a group.
#[derive(Clone, Copy)]
pub struct Steps {
    /// The handler started last.
    at: u32,
    /// How many ran.
    ran: u32,
}

impl Steps {
    /// The handler at `index` is about to start.
    #[inline(always)]
    pub fn begin(&mut self, index: usize) {
        self.at = index as u32;
    }

    /// Adds the flow of this handler. Returns it if it is more than "ran, go on".
    #[inline(always)]
    pub fn end(&mut self, flow: Flow) -> Option<Flow> {
        match flow.plain() {
            Ok(ran) => {
                self.ran += ran;
                None
            }
            Err(flow) => Some(flow),
        }
    }
}

/// Runs a group. `all` runs the handlers up to the first flow that is not plain, and `one` runs each of the rest. If the
/// context has limits, `one` runs all of them.
#[inline(always)]
pub fn group(
    members: &'static [&'static HandlerMeta],
    cx: &Context,
    all: impl FnOnce(&mut Steps) -> Option<Flow>,
    one: impl Fn(usize) -> Flow,
) -> Flow {
    let mut steps = Steps { at: 0, ran: 0 };
    if cx.is_limited() {
        return stepwise(members, cx, &one);
    }
    let flow = match isolate(|| all(&mut steps)) {
        Ok(None) => return Flow::group(steps.ran, None),
        Ok(Some(flow)) => flow,
        Err(panic) => Flow::fault(1, panic.into_fault()),
    };
    resume(members, steps, Some(flow), cx, &one)
}

/// Runs a group one handler at a time, whatever the context.
#[cold]
#[inline(never)]
pub(crate) fn stepwise(
    members: &'static [&'static HandlerMeta],
    cx: &Context,
    one: &dyn Fn(usize) -> Flow,
) -> Flow {
    resume(members, Steps { at: 0, ran: 0 }, None, cx, one)
}

/// Continues after `flow`, which the handler that started last returned, or from the start. Checks the context before each
/// handler.
#[cold]
#[inline(never)]
fn resume(
    members: &'static [&'static HandlerMeta],
    mut steps: Steps,
    flow: Option<Flow>,
    cx: &Context,
    one: &dyn Fn(usize) -> Flow,
) -> Flow {
    let mut tally = Tally::new();
    let rest = |from: usize| members[from..].iter().filter(|member| !cx.leaves_out(member)).count() as u32;
    let mut next = steps.at as usize;
    let mut flow = flow;
    loop {
        if let Some(flow) = flow.take() {
            steps.ran += flow.ran();
            let member = members[next];
            next += 1;
            if !flow.is_plain() && !tally.absorb(Place::Handler(member), flow, || rest(next)) {
                break;
            }
        }
        if next == members.len() {
            break;
        }
        if cx.leaves_out(members[next]) {
            next += 1;
            continue;
        }
        if let Some(stop) = cx.stop() {
            tally.interrupt(stop, rest(next));
            break;
        }
        flow = Some(isolate(|| one(next)).unwrap_or_else(|panic| Flow::fault(1, panic.into_fault())));
    }
    tally.into_flow(steps.ran)
}
