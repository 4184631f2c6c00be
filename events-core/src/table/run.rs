//! The loop over a table.
//!
//! One catch of panics around the whole loop, with the position outside of it: after a panic the loop goes on behind
//! the row that panicked. Position and count share a word, written once before each row starts.

use super::isolate;
use crate::Context;
use crate::handler::Flow;
use crate::outcome::{Outcome, Place, Tally};

/// How far a run came: rows started in the upper half, handlers that ran in the lower.
type Progress = u64;
const ROW: Progress = 1 << 32;

/// Runs `rows` in order and gathers what they did. `described` tells what a row stands for and how many
/// handlers it has.
///
/// There are fewer than 2³² rows.
#[inline(always)]
pub(crate) fn run<R>(
    rows: &[R],
    cx: &Context,
    call: impl Fn(&R) -> Flow,
    described: impl Fn(usize) -> (Place, u32),
) -> Outcome {
    let mut progress: Progress = 0;
    if cx.is_limited() {
        return resume(rows, progress, Some(cx), None, &call, &described);
    }
    match isolate(|| walk(rows, &mut progress, &call)) {
        Ok(None) => Outcome::plain(progress as u32),
        Ok(Some(flow)) => resume(rows, progress, None, Some(flow), &call, &described),
        Err(panic) => {
            let flow = Flow::fault(1, panic.into_fault());
            resume(rows, progress, None, Some(flow), &call, &described)
        }
    }
}

/// Runs rows from where `progress` stands to the end, or to the first whose flow is not plain.
#[inline(always)]
fn walk<R>(rows: &[R], progress: &mut Progress, call: impl Fn(&R) -> Flow) -> Option<Flow> {
    let mut now = *progress;
    let from = (now >> 32) as usize;
    for row in &rows[from.min(rows.len())..] {
        now += ROW;
        *progress = now;
        let flow = call(row);
        if !flow.is_plain() {
            return Some(flow);
        }
        now += u64::from(flow.ran());
    }
    *progress = now;
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
        if let Some(flow) = flow.take() {
            let started = (progress >> 32) as usize;
            progress += u64::from(flow.ran());
            if !tally.absorb(described(started - 1).0, flow, || rest(started)) {
                break;
            }
        }
        let upto = if let Some(cx) = limits {
            let started = (progress >> 32) as usize;
            if started == rows.len() {
                break;
            }
            if let Some(stop) = cx.stop() {
                tally.interrupt(stop, rest(started));
                break;
            }
            started + 1
        } else {
            rows.len()
        };
        match isolate(|| walk(&rows[..upto], &mut progress, call)) {
            Ok(None) if upto == rows.len() && limits.is_none() => break,
            Ok(plain_or_not) => flow = plain_or_not,
            Err(panic) => flow = Some(Flow::fault(1, panic.into_fault())),
        }
    }
    tally.into_outcome(progress as u32)
}
