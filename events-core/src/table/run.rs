//! The loop over a table.
//!
//! One catch of panics around the whole loop, with the position outside of it: after a panic the loop goes on behind
//! the row that panicked. In the hot loop position and count live in registers; only a panic's landing pad writes them
//! out.

use super::isolate;
use crate::Context;
use crate::handler::Flow;
use crate::outcome::{Outcome, Place, Tally};

/// How far a run came.
#[derive(Clone, Copy)]
struct Progress {
    /// How many rows were not started.
    left: usize,
    /// How many handlers ran.
    ran: u32,
}

impl Progress {
    fn before<R>(rows: &[R]) -> Self {
        Self { left: rows.len(), ran: 0 }
    }
}

/// Runs `rows` in order and gathers what they did. `described` tells what a row stands for and how many handlers it has.
#[inline(always)]
pub(crate) fn run<R>(
    rows: &[R],
    cx: &Context,
    call: impl Fn(&R) -> Flow + Copy,
    described: impl Fn(usize) -> (Place, u32) + Copy,
) -> Outcome {
    if cx.is_limited() {
        resume(rows, Progress::before(rows), Some(cx), None, &call, &described)
    } else {
        run_all(rows, call, described)
    }
}

/// Runs `rows` under a context that cannot stop them.
#[inline(always)]
pub(crate) fn run_all<R>(
    rows: &[R],
    call: impl Fn(&R) -> Flow + Copy,
    described: impl Fn(usize) -> (Place, u32) + Copy,
) -> Outcome {
    let mut progress = Progress::before(rows);
    let flow = match isolate(|| walk(rows, &mut progress, call)) {
        Ok(None) => return Outcome::plain(progress.ran),
        Ok(Some(flow)) => flow,
        Err(panic) => Flow::fault(1, panic.into_fault()),
    };
    // Of copies, so that the hot loop's own need no address.
    resume(rows, progress, None, Some(flow), &{ call }, &{ described })
}

/// Runs rows from where `progress` stands to the end, or to the first whose flow is not plain.
#[inline(always)]
fn walk<R>(rows: &[R], progress: &mut Progress, call: impl Fn(&R) -> Flow) -> Option<Flow> {
    let mut ran = progress.ran;
    let mut rest = rows[rows.len() - progress.left..].iter();
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

/// Goes on after `flow`, made by the row started last, or from the start; asks `limits` before each row.
#[cold]
#[inline(never)]
fn resume<R>(
    rows: &[R],
    mut progress: Progress,
    limits: Option<&Context>,
    mut flow: Option<Flow>,
    call: &dyn Fn(&R) -> Flow,
    described: &dyn Fn(usize) -> (Place, u32),
) -> Outcome {
    let mut tally = Tally::new();
    let rest = |from: usize| (from..rows.len()).map(|row| described(row).1).sum::<u32>();
    loop {
        let started = rows.len() - progress.left;
        if let Some(flow) = flow.take() {
            progress.ran += flow.ran();
            if !tally.absorb(described(started - 1).0, flow, || rest(started)) {
                break;
            }
        }
        if progress.left == 0 {
            break;
        }
        // With limits, one row at a time.
        let mut part = progress;
        let upto = match limits {
            None => rows.len(),
            Some(cx) => {
                if let Some(stop) = cx.stop() {
                    tally.interrupt(stop, rest(started));
                    break;
                }
                part.left = 1;
                started + 1
            }
        };
        flow = isolate(|| walk(&rows[..upto], &mut part, call))
            .unwrap_or_else(|panic| Some(Flow::fault(1, panic.into_fault())));
        progress = Progress { left: rows.len() - upto + part.left, ran: part.ran };
    }
    tally.into_outcome(progress.ran)
}
