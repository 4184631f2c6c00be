//! One run of a batch window: its events, and the batch handlers that are still to run.

use std::mem;
use std::ops::Range;
use std::time::{Duration, Instant};

use events_core::event::Event;

use super::backoff::next_backoff;
use super::events::Events;
use super::runner::Runner;
use crate::lane::failure::{Attempt, Failures, Reason, Target};
use crate::lane::queue::{Extras, Key, Message, TypeRef};

/// What is stored in a window beside an event.
pub(in crate::lane) struct Note {
    pub(in crate::lane) key: Option<Key>,
    pub(in crate::lane) extras: Option<Box<Extras>>,
    /// Whether the event holds its key, so that later events of the key wait.
    pub(in crate::lane) holds: bool,
    /// The failures of the handlers that take single events.
    pub(in crate::lane) failures: Option<Box<Failures>>,
    /// The first row that does not run for this event, because a handler stopped the event before it.
    pub(in crate::lane) cut: usize,
}

impl Note {
    /// Excludes the event from all batch handlers if its context has expired or was cancelled.
    pub(super) fn check_context(&mut self) {
        let stop = self.extras.as_deref().and_then(|extras| extras.cx.stop());
        if let Some(reason) = Reason::of_stop(stop) {
            self.cut = 0;
            self.failures.get_or_insert_default().reason.get_or_insert(reason);
        }
    }
}

/// An event that left its window because a handler failed.
pub(in crate::lane) struct FailedEvent {
    pub(in crate::lane) message: Message,
    pub(in crate::lane) holds: bool,
    /// The failures of the handlers that take single events, which may be retried.
    pub(in crate::lane) failures: Option<Box<Failures>>,
    /// The batch handlers that gave it up.
    pub(in crate::lane) dead: Vec<(Target, Vec<Attempt>)>,
}

/// Events taken from the window, and the batch handlers that are still to run.
pub(super) struct BatchRun<E: Event> {
    events: Events<E>,
    notes: Vec<Note>,
    rows: Vec<RowRun>,
    /// Whether no other run of the window may begin before this one ends.
    pub(super) alone: bool,
    /// The batch handlers that gave up, with the index of the event.
    dead: Vec<(usize, Target, Vec<Attempt>)>,
}

/// One batch handler, and the slices that it is still to be run with.
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

    /// Runs every remaining slice once. Returns when to retry those that failed, if any are retried.
    pub(super) async fn advance(&mut self, runner: &Runner<E>, split: bool) -> Option<Instant> {
        let mut due: Option<Instant> = None;
        for RowRun { row, slices } in &mut self.rows {
            let mut left = mem::take(slices);
            let policy = runner.policies.of_row(*row);
            let target = Target::Handler(runner.table.members(*row)[0]);
            // Reversed, since slices are popped from the end: so the halves of a split slice run next, in order.
            left.reverse();
            while let Some((slice, mut attempts)) = left.pop() {
                let number = attempts.len() as u32 + 1;
                let mut failures = Failures::default();
                let cx = runner.cx.clone().with_attempt(number).with_halt(runner.halt.clone());
                let stop = runner.batch_row(*row, &self.events[slice.clone()], &cx, &mut failures).await;
                if stop.is_some() && cx.stop().is_some() {
                    // The lane has ended: the events stay in the run and are reported as left.
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

    /// Separates the events that failed, which become messages again, from those that were handled.
    ///
    /// # Safety
    /// `of` is a type of messages with an `E`.
    pub(super) unsafe fn finish(&mut self, of: TypeRef) -> (Vec<FailedEvent>, Events<E>) {
        let mut failed = Vec::new();
        let mut handled = self.events.empty_like();
        if self.dead.is_empty() && self.notes.iter().all(|note| note.failures.is_none()) {
            mem::swap(&mut handled, &mut self.events);
            self.notes.clear();
            return (failed, handled);
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
            // SAFETY: the caller guarantees it.
            let message = unsafe { Message::seal(of, key, extras, event) };
            failed.push(FailedEvent { message, holds, failures, dead: given_up });
        }
        (failed, handled)
    }

    /// Returns the memory of the notes, to be used for the next run.
    pub(super) fn into_spare_notes(self) -> Vec<Note> {
        self.notes
    }
}

/// The events that a batch row runs with, as slices: all but those that were stopped before the row.
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
