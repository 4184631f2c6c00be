//! The loop over a table.
//!
//! One `catch_unwind` surrounds the whole loop, and the position is kept outside of it: after a panic the loop goes on with
//! the row after the one that panicked. In the hot loop the position and the count are in registers, and only the landing
//! pad of a panic writes them to memory. All code but the hot loop knows rows by their index alone, so it is compiled once
//! and not for each event.

use super::isolate;
use super::ordered::Members;
use crate::Context;
use crate::handler::Flow;
pub(crate) use crate::outcome::Place;
use crate::outcome::{Outcome, Tally};

/// How far a run came.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    /// How many rows were not started.
    left: usize,
    /// How many handlers ran.
    ran: u32,
}

impl Place {
    /// What the row at an index stands for, and how many handlers it has.
    pub(crate) fn of(names: &[Members], row: usize) -> (Self, u32) {
        (Self::of_row(names[row]), names[row].len() as u32)
    }

    /// The same where the context may leave out handlers.
    pub(crate) fn under(names: &[Members], row: usize, cx: &Context) -> (Self, u32) {
        match cx.only() {
            None => Self::of(names, row),
            Some(only) => {
                let members = names[row];
                let runs = members.iter().any(|member| core::ptr::eq(*member, only));
                (Self::Handler(if runs { only } else { members[0] }), u32::from(runs))
            }
        }
    }
}

/// Runs `rows` in order, under a context that cannot stop them, and gathers what they did. `described` tells what a row
/// stands for and how many handlers it has.
#[inline(always)]
pub(crate) fn run_all<R>(
    rows: &[R],
    call: impl Fn(&R) -> Flow + Copy,
    described: impl Fn(usize) -> (Place, u32) + Copy,
) -> Outcome {
    run_walk(rows.len(), move |progress| walk(rows, progress, call), move |row| call(&rows[row]), described)
}

/// Runs a walk over so many rows, and the rest of them one by one where it ends early.
#[inline(always)]
pub(crate) fn run_walk(
    rows: usize,
    walk: impl FnOnce(&mut Progress) -> Option<Flow>,
    one: impl Fn(usize) -> Flow + Copy,
    described: impl Fn(usize) -> (Place, u32) + Copy,
) -> Outcome {
    let mut progress = Progress { left: rows, ran: 0 };
    let flow = match isolate(|| walk(&mut progress)) {
        Ok(None) => return Outcome::plain(progress.ran),
        Ok(Some(flow)) => flow,
        Err(panic) => Flow::fault(1, panic.into_fault()),
    };
    // Works on copies, so that the variables of the hot loop need no address.
    resume(rows, progress, None, Some(flow), &{ one }, &{ described })
}

/// Runs a walk over this many rows that ends early where `cx` does not let the next one begin, and the rest of them one by
/// one where it ends early for another reason.
#[inline(always)]
#[cfg(feature = "alloc")]
pub(crate) fn run_walk_until(
    rows: usize,
    cx: &Context,
    walk: impl FnOnce(&mut Progress) -> Option<Flow>,
    one: impl Fn(usize) -> Flow + Copy,
    described: impl Fn(usize) -> (Place, u32) + Copy,
) -> Outcome {
    let mut progress = Progress { left: rows, ran: 0 };
    let flow = match isolate(|| walk(&mut progress)) {
        Ok(None) if progress.left == 0 => return Outcome::plain(progress.ran),
        Ok(flow) => flow,
        Err(panic) => Some(Flow::fault(1, panic.into_fault())),
    };
    resume(rows, progress, Some(cx), flow, &{ one }, &{ described })
}

/// Runs rows one by one. If the context has limits, they are checked before each row.
pub(crate) fn run(
    rows: usize,
    cx: &Context,
    one: &dyn Fn(usize) -> Flow,
    described: &dyn Fn(usize) -> (Place, u32),
) -> Outcome {
    let limits = cx.is_limited().then_some(cx);
    resume(rows, Progress { left: rows, ran: 0 }, limits, None, one, described)
}

/// Runs rows to the end, or to the first whose flow is not plain.
#[inline(always)]
pub(crate) fn walk<R>(rows: &[R], progress: &mut Progress, call: impl Fn(&R) -> Flow) -> Option<Flow> {
    let mut ran = 0;
    let mut rest = rows.iter();
    while let Some(row) = rest.next() {
        *progress = Progress { left: rest.len(), ran };
        match call(row).plain() {
            Ok(more) => ran += more,
            Err(flow) => return Some(flow),
        }
    }
    *progress = Progress { left: 0, ran };
    None
}

/// Does the same until `halt` is set between two rows. It then returns with rows left.
#[inline(always)]
#[cfg(feature = "alloc")]
pub(crate) fn walk_until<R>(
    rows: &[R],
    progress: &mut Progress,
    halt: &core::sync::atomic::AtomicBool,
    call: impl Fn(&R) -> Flow,
) -> Option<Flow> {
    let mut ran = 0;
    let mut rest = rows.iter();
    let mut next = rest.next();
    while let Some(row) = next {
        *progress = Progress { left: rest.len(), ran };
        match call(row).plain() {
            Ok(more) => ran += more,
            Err(flow) => return Some(flow),
        }
        next = rest.next();
        if next.is_some() && halt.load(core::sync::atomic::Ordering::Relaxed) {
            *progress = Progress { left: rest.len() + 1, ran };
            return None;
        }
    }
    *progress = Progress { left: 0, ran };
    None
}

/// Goes on after `flow`, made by the row started last, or from the start; asks `limits` before each row.
#[cold]
#[inline(never)]
fn resume(
    rows: usize,
    mut progress: Progress,
    limits: Option<&Context>,
    mut flow: Option<Flow>,
    one: &dyn Fn(usize) -> Flow,
    described: &dyn Fn(usize) -> (Place, u32),
) -> Outcome {
    let mut tally = Tally::new();
    let rest = |from: usize| (from..rows).map(|row| described(row).1).sum::<u32>();
    loop {
        let started = rows - progress.left;
        if let Some(flow) = flow.take() {
            progress.ran += flow.ran();
            let go_on = flow.is_plain() || tally.absorb(described(started - 1).0, flow, || rest(started));
            if !go_on {
                break;
            }
        }
        if progress.left == 0 {
            break;
        }
        if let Some(stop) = limits.and_then(Context::stop) {
            tally.interrupt(stop, rest(started));
            break;
        }
        progress.left -= 1;
        flow = Some(isolate(|| one(started)).unwrap_or_else(|panic| Flow::fault(1, panic.into_fault())));
    }
    tally.into_outcome(progress.ran)
}
