//! One run of a batch window: its events, and the handlers that are still to see them.

use std::mem;
use std::ops::Range;
use std::time::{Duration, Instant};

use events_core::event::Event;

use super::backoff::next_backoff;
use super::events::Events;
use super::runner::Runner;
use crate::lane::failure::{Attempt, Failures, Reason, Target};
use crate::lane::queue::{Extras, Key, Message, TypeRef};

/// What is known of an event in a window, beside the event.
pub(in crate::lane) struct Note {
    pub(in crate::lane) key: Option<Key>,
    pub(in crate::lane) extras: Option<Box<Extras>>,
    /// Whether later events of the key wait for it.
    pub(in crate::lane) holds: bool,
    /// What failed of the handlers that take single events.
    pub(in crate::lane) failures: Option<Box<Failures>>,
    /// The row from which on it is not to be seen.
    pub(in crate::lane) cut: usize,
}

impl Note {
    /// Keeps the event from batch handlers where its context says so by now.
    pub(super) fn ask_context(&mut self) {
        let stop = self.extras.as_deref().and_then(|extras| extras.cx.stop());
        if let Some(reason) = Reason::of_stop(stop) {
            self.cut = 0;
            self.failures.get_or_insert_default().reason.get_or_insert(reason);
        }
    }
}

/// An event that left its window because a handler failed.
pub(in crate::lane) struct Troubled {
    pub(in crate::lane) message: Message,
    pub(in crate::lane) holds: bool,
    /// What failed of the handlers that take single events: they may be run again.
    pub(in crate::lane) failures: Option<Box<Failures>>,
    /// The batch handlers that gave it up.
    pub(in crate::lane) dead: Vec<(Target, Vec<Attempt>)>,
}

/// Events taken out of the window, and what is left to be done with them.
pub(super) struct BatchRun<E: Event> {
    events: Events<E>,
    notes: Vec<Note>,
    rows: Vec<RowRun>,
    /// Whether no other run may begin before this one ends.
    pub(super) alone: bool,
    /// The batch handlers that gave up, by event.
    dead: Vec<(usize, Target, Vec<Attempt>)>,
}

/// One batch handler and the slices it is still to see.
struct RowRun {
    row: usize,
    slices: Vec<(Range<usize>, Vec<Attempt>)>,
}

impl<E: Event> BatchRun<E> {
    pub(super) fn new(rows: &[usize], events: Events<E>, notes: Vec<Note>) -> Self {
        let rows = rows.iter().map(|&row| RowRun { row, slices: slices(&notes, row) }).collect();
        Self { rows, events, notes, alone: true, dead: Vec::new() }
    }

    /// How many events it has.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Runs every slice that is left once. Returns when to go on with those that failed and are to be retried.
    pub(super) async fn advance(&mut self, runner: &Runner<E>, split: bool) -> Option<Instant> {
        let mut due: Option<Instant> = None;
        for RowRun { row, slices } in &mut self.rows {
            let mut left = mem::take(slices);
            let policy = runner.policies.of_row(*row);
            let target = Target::Handler(runner.table.members(*row)[0]);
            // From the back, so that halves are pushed in order.
            left.reverse();
            while let Some((slice, mut attempts)) = left.pop() {
                let number = attempts.len() as u32 + 1;
                let mut failures = Failures::default();
                let cx = runner.cx.clone().with_attempt(number).with_halt(runner.halt.clone());
                let stop = runner.batch_row(*row, &self.events[slice.clone()], &cx, &mut failures).await;
                if stop.is_some() && cx.stop().is_some() {
                    // The lane has ended: the events are left where they are.
                    due = Some(runner.clock.after(Duration::MAX));
                    slices.push((slice, attempts));
                    continue;
                }
                let Some(failed) = failures.handlers.into_iter().next() else { continue };
                let is_retryable = failed.is_retryable;
                attempts.push(failed.into_attempt(number));
                if split && slice.len() > 1 {
                    let middle = slice.start + slice.len() / 2;
                    left.push((middle..slice.end, Vec::new()));
                    left.push((slice.start..middle, Vec::new()));
                    continue;
                }
                match next_backoff(policy.retry, number, is_retryable) {
                    Some(backoff) => {
                        let at = runner.clock.after(backoff);
                        due = Some(due.map_or(at, |due| due.max(at)));
                        slices.push((slice, attempts));
                    }
                    None => self.dead.extend(slice.map(|index| (index, target, attempts.clone()))),
                }
            }
        }
        due
    }

    /// Parts the events that failed, back in their messages, from those that were handled.
    ///
    /// # Safety
    /// `of` is a type of messages with an `E`.
    pub(super) unsafe fn finish(&mut self, of: TypeRef) -> (Vec<Troubled>, Events<E>) {
        let mut troubled = Vec::new();
        let mut handled = self.events.empty_like();
        if self.dead.is_empty() && self.notes.iter().all(|note| note.failures.is_none()) {
            mem::swap(&mut handled, &mut self.events);
            self.notes.clear();
            return (troubled, handled);
        }
        self.dead.sort_by_key(|(index, ..)| *index);
        let mut dead = mem::take(&mut self.dead).into_iter().peekable();
        for (index, (event, note)) in self.events.take().into_iter().zip(self.notes.drain(..)).enumerate() {
            let mut given_up = Vec::new();
            while let Some((_, target, attempts)) = dead.next_if(|(of, ..)| *of == index) {
                given_up.push((target, attempts));
            }
            if note.failures.is_none() && given_up.is_empty() {
                handled.push(event);
                continue;
            }
            let Note { key, extras, holds, failures, .. } = note;
            // SAFETY: passed on to the caller.
            let message = unsafe { Message::seal(of, key, extras, event) };
            troubled.push(Troubled { message, holds, failures, dead: given_up });
        }
        (troubled, handled)
    }

    /// The memory of its notes, to be used again.
    pub(super) fn into_spare_notes(self) -> Vec<Note> {
        self.notes
    }
}

/// The events that a batch row is to see: all in one slice, but for those that stopped before it.
fn slices(notes: &[Note], row: usize) -> Vec<(Range<usize>, Vec<Attempt>)> {
    let mut slices = Vec::new();
    let mut start = 0;
    for (index, note) in notes.iter().enumerate() {
        if note.cut <= row {
            slices.push((start..index, Vec::new()));
            start = index + 1;
        }
    }
    slices.push((start..notes.len(), Vec::new()));
    slices.retain(|(slice, _)| !slice.is_empty());
    slices
}
