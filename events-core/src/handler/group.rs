//! Fused handlers: a group known in one place runs as one row of the table, each handler isolated from the others.
//!
//! The straight-line run writes how far it came to a local. As long as nothing panics that local costs nothing; after a
//! panic the cold path goes on behind the handler that panicked, one handler at a time.

use super::{Flow, HandlerMeta};
use crate::Context;
use crate::outcome::{Place, Tally};

/// How far a group came, and what happened on the way.
pub struct Steps {
    members: &'static [&'static HandlerMeta],
    at: u32,
    ran: u32,
    tally: Tally,
}

impl Steps {
    /// Takes in what the handler at `index` made. Returns whether to go on.
    #[inline(always)]
    pub fn then(&mut self, index: u32, run: impl FnOnce() -> Flow) -> bool {
        self.at = index;
        match run().plain() {
            Ok(ran) => {
                self.ran += ran;
                true
            }
            Err(flow) => self.absorb(index, flow),
        }
    }

    #[cold]
    #[inline(never)]
    fn absorb(&mut self, index: u32, flow: Flow) -> bool {
        self.ran += flow.ran();
        let rest = self.members.len() as u32 - index - 1;
        let place = Place::Handler(self.members[index as usize]);
        self.tally.absorb(place, flow, || rest)
    }
}

/// Runs a group: `all` in one go, or `one` at a time where the context has limits or a handler panicked.
#[inline(always)]
pub fn group(
    members: &'static [&'static HandlerMeta],
    cx: &Context,
    all: impl FnOnce(&mut Steps),
    one: impl Fn(usize) -> Flow,
) -> Flow {
    let mut steps = Steps { members, at: 0, ran: 0, tally: Tally::new() };
    if cx.is_limited() {
        return one_by_one(steps, 0, cx, &one);
    }
    match crate::table::isolate(|| all(&mut steps)) {
        Ok(()) if steps.tally.is_plain() => Flow::group(steps.ran, None),
        Ok(()) => steps.tally.into_flow(steps.ran),
        Err(panic) => {
            let at = steps.at;
            steps.then(at, || Flow::fault(1, panic.into_fault()));
            one_by_one(steps, at + 1, cx, &one)
        }
    }
}

/// Runs the handlers from `from` on, each isolated, asking the context before each.
#[cold]
#[inline(never)]
pub(crate) fn one_by_one(mut steps: Steps, from: u32, cx: &Context, one: &dyn Fn(usize) -> Flow) -> Flow {
    for index in from..steps.members.len() as u32 {
        if let Some(stop) = cx.stop() {
            steps.tally.interrupt(stop, steps.members.len() as u32 - index);
            break;
        }
        let flow = crate::table::isolate(|| one(index as usize))
            .unwrap_or_else(|panic| Flow::fault(1, panic.into_fault()));
        if !steps.then(index, || flow) {
            break;
        }
    }
    steps.tally.into_flow(steps.ran)
}

/// Runs a group one handler at a time, whatever the context.
#[cfg(feature = "alloc")]
pub(crate) fn stepwise(
    members: &'static [&'static HandlerMeta],
    cx: &Context,
    one: &dyn Fn(usize) -> Flow,
) -> Flow {
    one_by_one(Steps { members, at: 0, ran: 0, tally: Tally::new() }, 0, cx, one)
}
