//! Batches: events gathered for handlers that take many at once.

use std::any::Any;
use std::mem;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use events_core::Context;
use events_core::bind::BoundTable;
use events_core::event::Event;
use events_core::handler::Batch;

use super::envelope::Envelope;
use super::foreign::drop_each;
use super::retry::next_try;
use super::route::{Route, SendCell};
use super::run::Runner;
use super::settings::KeyOrder;
use super::trouble::{Attempt, Failed, Target, Trouble};
use super::work::Note;

/// Where events wait to be handed to the batch handlers of their type together.
///
/// One window at a time is run, so a batch handler sees the events of a key in order.
pub(super) struct Window<E: Event> {
    /// The batch rows of the table.
    rows: Box<[usize]>,
    settings: Batch,
    /// Whether a window waits while an earlier one waits for its retry.
    strict: bool,
    gathering: crate::sync::Mutex<Gathering<E>>,
    /// Whether a run is under way, or in a strict lane waits for its retry.
    running: AtomicBool,
    /// How many events are gathered or in runs.
    held: AtomicUsize,
    /// Whether the lane takes no events because this window holds too many.
    overfull: AtomicBool,
}

struct Gathering<E> {
    events: Vec<E>,
    notes: Vec<Note>,
    /// When the first of them came.
    since: Instant,
    /// Whether a look at it was put down for later. There is one at a time, so that full windows leave none behind.
    is_timed: bool,
    /// How many make a window full, and how long it waits for them: both adapt.
    target: usize,
    patience: Duration,
    /// Memory of an earlier window.
    spare_notes: Vec<Note>,
}

/// What adding an event to a window means for the lane.
pub(super) enum Gathered {
    /// Others see to it.
    Waits,
    /// It is the first: the window is to be run at this time.
    Until(Instant),
    /// The window is to be run now.
    Full,
    /// The window is full and cannot be run yet: no further events, please.
    Overfull,
}

/// A step of running windows, and what it leads to.
pub(super) enum Step {
    /// Take the window if it is due.
    Due,
    /// The same, as it was put down for later.
    Timer,
    /// Take the window, whether it is due or not: the lane is closed, and nothing else is left.
    Flush,
    /// Go on with this run.
    Again(Box<dyn Any + Send>),
    /// Nothing was to be done.
    Nothing,
    /// Look again at this time.
    At(Instant),
    /// The run goes on at this time.
    Retry(Instant, Box<dyn Any + Send>),
    /// The run is over.
    Closed {
        /// How many events of it were handled.
        handled: u64,
        /// Those with which something went wrong.
        troubled: Vec<Troubled>,
        /// The events that were handled, to be dropped when they are counted: an event's drop is foreign code.
        garbage: Box<dyn Any + Send>,
    },
}

/// An event that left its window in trouble.
pub(super) struct Troubled {
    pub(super) envelope: Envelope,
    pub(super) holds: bool,
    /// What went wrong with the handlers that take single events: they may be tried again.
    pub(super) trouble: Option<Box<Trouble>>,
    /// The batch handlers that were given up.
    pub(super) dead: Vec<(Target, Vec<Attempt>)>,
}

/// A window of which the event's type is not known.
pub(super) trait AnyWindow {
    /// How many events it holds, those in runs included, and those of runs that ended until they are released.
    fn held(&self) -> usize;
    /// Notes that so many events are counted elsewhere.
    fn release(&self, events: usize);
    /// When to look at it next, if it holds anything and nobody else is about to look.
    fn next_look(&self) -> Option<Instant>;
    /// Notes that the window is no longer overfull. Returns whether it was.
    fn relieve(&self) -> bool;
}

/// Events taken out of the window, and what is left to be done with them.
struct Run<E> {
    events: Vec<E>,
    notes: Vec<Note>,
    rows: Vec<RowRun>,
    /// Whether no other run may begin before this one ends.
    alone: bool,
    /// The batch handlers given up, by event.
    dead: Vec<(usize, Target, Vec<Attempt>)>,
}

/// One batch handler and the slices it is still to see.
struct RowRun {
    row: usize,
    slices: Vec<(Range<usize>, Vec<Attempt>)>,
}

impl<E: Event> Window<E> {
    /// The window of a table, if it has batch handlers. The first of them says how large and how patient it is.
    pub(super) fn of(table: &BoundTable<E>, order: KeyOrder) -> Option<Self> {
        let rows: Box<[usize]> = (0..table.rows()).filter(|&row| table.is_batch(row)).collect();
        let settings = table.policy(*rows.first()?).batch?;
        let gathering = Gathering {
            events: Vec::new(),
            notes: Vec::new(),
            since: Instant::now(),
            is_timed: false,
            target: settings.min_size as usize,
            patience: settings.min_patience,
            spare_notes: Vec::new(),
        };
        Some(Self {
            rows,
            settings,
            strict: order == KeyOrder::Strict,
            gathering: crate::sync::Mutex::new(gathering),
            running: AtomicBool::new(false),
            held: AtomicUsize::new(0),
            overfull: AtomicBool::new(false),
        })
    }

    pub(super) fn add(&self, event: E, note: Note) -> Gathered {
        self.held.fetch_add(1, Ordering::Relaxed);
        let mut gathering = self.gathering.lock();
        gathering.events.push(event);
        gathering.notes.push(note);
        let len = gathering.events.len();
        if len >= gathering.target {
            if !self.running.load(Ordering::Acquire) {
                return Gathered::Full;
            }
            if len >= 2 * self.settings.max_size as usize && !self.overfull.swap(true, Ordering::AcqRel) {
                return Gathered::Overfull;
            }
        }
        if len == 1 {
            gathering.since = Instant::now();
        }
        if mem::replace(&mut gathering.is_timed, true) {
            return Gathered::Waits;
        }
        Gathered::Until(gathering.since + gathering.patience)
    }

    pub(super) async fn run(&self, route: &Route<E>, cell: SendCell, runner: &Runner<E>, step: Step) -> Step {
        let mut run = match step {
            Step::Due | Step::Timer | Step::Flush => match self.take(&step) {
                Ok(run) => run,
                Err(step) => return step,
            },
            Step::Again(run) => match run.downcast::<Run<E>>() {
                Ok(run) => *run,
                Err(_) => return Step::Nothing,
            },
            _ => return Step::Nothing,
        };
        let due = run.advance(runner, self.settings.split).await;
        match due {
            Some(due) => {
                if !self.strict && mem::take(&mut run.alone) {
                    self.running.store(false, Ordering::Release);
                }
                Step::Retry(due, Box::new(run))
            }
            None => self.close(route, cell, run),
        }
    }

    /// Takes the window if it is full or its time has come, and no other is being run.
    fn take(&self, step: &Step) -> Result<Run<E>, Step> {
        let mut gathering = self.gathering.lock();
        gathering.is_timed &= matches!(step, Step::Due);
        let Some(due) = gathering.due() else { return Err(Step::Nothing) };
        if due > Instant::now() && !matches!(step, Step::Flush) {
            let is_new = !mem::replace(&mut gathering.is_timed, true);
            return Err(if is_new { Step::At(due) } else { Step::Nothing });
        }
        if self.running.swap(true, Ordering::AcqRel) {
            // Whoever runs it looks after the next one when done.
            return Err(Step::Nothing);
        }
        gathering.adapt(&self.settings);
        let most = (self.settings.max_size as usize).min(gathering.events.len());
        let mut notes = mem::take(&mut gathering.spare_notes);
        notes.extend(gathering.notes.drain(..most));
        // The events go on in the window's own memory: they are handed out by value in the end.
        let rest = gathering.events.split_off(most);
        let events = mem::replace(&mut gathering.events, rest);
        drop(gathering);
        notes.iter_mut().for_each(Note::ask_context);
        let rows = self.rows.iter().map(|&row| RowRun { row, slices: slices(&notes, row) });
        Ok(Run { rows: rows.collect(), events, notes, alone: true, dead: Vec::new() })
    }

    fn close(&self, route: &Route<E>, cell: SendCell, run: Run<E>) -> Step {
        let Run { mut events, mut notes, mut dead, alone, .. } = run;
        let mut troubled = Vec::new();
        let mut handled = Vec::new();
        if dead.is_empty() && notes.iter().all(|note| note.trouble.is_none()) {
            handled = mem::take(&mut events);
            notes.clear();
        } else {
            dead.sort_by_key(|(index, ..)| *index);
            let mut dead = dead.into_iter().peekable();
            for (index, (event, mut note)) in events.drain(..).zip(notes.drain(..)).enumerate() {
                let mut given_up = Vec::new();
                while let Some((_, target, attempts)) = dead.next_if(|(of, ..)| *of == index) {
                    given_up.push((target, attempts));
                }
                if note.trouble.is_none() && given_up.is_empty() {
                    handled.push(event);
                    continue;
                }
                let (trouble, holds) = (note.trouble.take(), note.holds);
                let envelope = route.reseal(cell, &mut note, event);
                troubled.push(Troubled { envelope, holds, trouble, dead: given_up });
            }
        }
        self.gathering.lock().spare_notes = notes;
        if alone {
            self.running.store(false, Ordering::Release);
        }
        Step::Closed { handled: handled.len() as u64, troubled, garbage: Box::new(Garbage(handled)) }
    }
}

/// The events that a batch row is to see: all in one, but for those that stopped before it.
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

/// Events that are done with, each dropped by itself: a drop that panics ends the worker when all the others are gone.
struct Garbage<E>(Vec<E>);

impl<E> Drop for Garbage<E> {
    fn drop(&mut self) {
        if drop_each(mem::take(&mut self.0)) && !thread::panicking() {
            // The panics themselves were told when they happened.
            resume_unwind(Box::new("the drop of an event panicked"));
        }
    }
}

impl<E: Event> AnyWindow for Window<E> {
    fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    fn release(&self, events: usize) {
        self.held.fetch_sub(events, Ordering::Relaxed);
    }

    fn next_look(&self) -> Option<Instant> {
        let mut gathering = self.gathering.lock();
        let due = gathering.due()?;
        // What is due at once is looked at besides what was put down for later.
        let is_new = due <= Instant::now() || !mem::replace(&mut gathering.is_timed, true);
        is_new.then_some(due)
    }

    fn relieve(&self) -> bool {
        self.overfull.swap(false, Ordering::AcqRel)
    }
}

impl<E> Gathering<E> {
    /// When the window is to be run: a time in the past if it is full.
    fn due(&self) -> Option<Instant> {
        match self.events.len() {
            0 => None,
            len if len >= self.target => Some(self.since),
            _ => Some(self.since + self.patience),
        }
    }

    /// Doubles the window while it fills, halves it when it does not fill to the half. Patience goes with it.
    fn adapt(&mut self, settings: &Batch) {
        let (min, max) = (settings.min_size as usize, settings.max_size as usize);
        if self.events.len() >= self.target {
            self.target = (self.target * 2).min(max);
        } else if self.events.len() < self.target / 2 {
            self.target = (self.target / 2).max(min);
        }
        let grown = (self.target as f64 / min as f64).log2() / (max as f64 / min as f64).log2().max(1.0);
        let more = settings.max_patience.saturating_sub(settings.min_patience);
        self.patience = settings.min_patience + more.mul_f64(grown.clamp(0.0, 1.0));
    }
}

impl<E: Event> Run<E> {
    /// Runs every slice that is left once. Returns when to go on with those that failed and may be tried again.
    async fn advance(&mut self, runner: &Runner<E>, split: bool) -> Option<Instant> {
        let mut due: Option<Instant> = None;
        for RowRun { row, slices } in &mut self.rows {
            let mut left = mem::take(slices);
            let policy = runner.table.policy(*row);
            let target = Target::Handler(runner.table.members(*row)[0]);
            // From the back, so that halves are pushed in order.
            left.reverse();
            while let Some((slice, mut attempts)) = left.pop() {
                let number = attempts.len() as u32 + 1;
                let mut trouble = Trouble::default();
                let cx = Context::new().with_attempt(number);
                runner.batch_row(*row, &self.events[slice.clone()], &cx, &mut trouble).await;
                let Some(failed) = trouble.failed.into_iter().next() else { continue };
                let is_retryable = failed.is_retryable;
                attempts.push(Failed::into_attempt(failed, number));
                if split && slice.len() > 1 {
                    let middle = slice.start + slice.len() / 2;
                    left.push((middle..slice.end, Vec::new()));
                    left.push((slice.start..middle, Vec::new()));
                    continue;
                }
                match next_try(policy.retry, number, is_retryable) {
                    Some(pause) => {
                        let at = Instant::now() + pause;
                        due = Some(due.map_or(at, |due| due.max(at)));
                        slices.push((slice, attempts));
                    }
                    None => self.dead.extend(slice.map(|index| (index, target, attempts.clone()))),
                }
            }
        }
        due
    }
}
