//! Batch windows: where events are gathered for handlers that take many at once.

use std::any::Any;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use events_core::event::Event;
use events_core::handler::Batch;
use events_core::private::plumbing::BoundTable;

use super::batch_run::{BatchRun, Note, Troubled};
use super::events::Events;
use super::runner::Runner;
use crate::lane::clock::{Clock, later};
use crate::lane::config::KeyOrder;
use crate::lane::queue::{Message, TypeRef};
use crate::lane::schedule::{BatchStep, WindowLoad};
use crate::sync::Mutex;

/// Where events wait to be handed to the batch handlers of their type together.
///
/// One window at a time is run, so a batch handler sees the events of a key in order.
pub(super) struct Window<E: Event> {
    /// The batch rows of the table.
    rows: Box<[usize]>,
    settings: Batch,
    /// Whether a window waits while an earlier one waits for its retry.
    strict: bool,
    gathering: Mutex<Gathering<E>>,
    /// Whether a run is under way, or in a strict lane waits for its retry.
    running: AtomicBool,
    /// Whether the lane takes no messages because this window holds too many.
    overfull: AtomicBool,
    load: Arc<WindowLoad>,
    clock: Clock,
}

struct Gathering<E: Event> {
    events: Events<E>,
    notes: Vec<Note>,
    /// When the first of them came.
    since: Instant,
    /// Whether a timer is set for it. There is one at a time, so that windows that fill leave no timers.
    is_timed: bool,
    /// How many make a window full, and how long it waits for them: both adapt.
    target: usize,
    linger: Duration,
    /// Memory of an earlier window.
    spare_notes: Vec<Note>,
}

/// What adding an event to a window means for the lane.
pub(in crate::lane) enum Gathered {
    /// It waits: a timer is set already, or the window is being run.
    Waits,
    /// It is the first: the window is to be run at this time.
    Until(Instant),
    /// The window is to be run now.
    Full,
    /// The window is full and cannot be run yet: no further message may be taken.
    Overfull,
}

/// What a step of running windows leads to.
pub(in crate::lane) enum Stepped {
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
        /// Those of which a handler failed.
        troubled: Vec<Troubled>,
        /// The events that were handled, to be dropped when they are counted.
        done: Box<dyn Any + Send>,
    },
}

/// A window of which the event's type is not known.
pub(in crate::lane) trait AnyWindow {
    fn load(&self) -> &Arc<WindowLoad>;
    /// When to look at it next, if it holds anything and nobody else is about to look.
    fn next_look(&self) -> Option<Instant>;
    /// Notes that the window is no longer overfull. Returns whether it was.
    fn relieve(&self) -> bool;
}

impl<E: Event> Window<E> {
    /// The window of a table, if it has batch handlers. The first of them says how large and how patient it is.
    pub(super) fn of(table: &BoundTable<E>, order: KeyOrder, runner: &Runner<E>) -> Option<Self> {
        let rows: Box<[usize]> = (0..table.rows()).filter(|&row| table.is_batch(row)).collect();
        let settings = table.policy(*rows.first()?).batch?;
        let strict = order == KeyOrder::Strict;
        let gathering = Gathering {
            events: Events::new(runner.panics.clone()),
            notes: Vec::new(),
            since: runner.clock.now(),
            is_timed: false,
            target: settings.min_size as usize,
            linger: settings.min_linger,
            spare_notes: Vec::new(),
        };
        Some(Self {
            rows,
            settings,
            strict,
            gathering: Mutex::new(gathering),
            running: AtomicBool::new(false),
            overfull: AtomicBool::new(false),
            load: Arc::new(WindowLoad::new(E::META, strict)),
            clock: runner.clock.clone(),
        })
    }

    pub(super) fn add(&self, event: E, note: Note) -> Gathered {
        self.load.add();
        let mut gathering = self.gathering.lock();
        gathering.events.push(event);
        gathering.notes.push(note);
        let len = gathering.events.len();
        if len >= gathering.target {
            if !self.running.load(Ordering::Acquire) {
                return Gathered::Full;
            }
            let most = (self.settings.max_size as usize).saturating_mul(2);
            if len >= most && !self.overfull.swap(true, Ordering::AcqRel) {
                return Gathered::Overfull;
            }
        }
        if len == 1 {
            gathering.since = self.clock.now();
        }
        if mem::replace(&mut gathering.is_timed, true) {
            return Gathered::Waits;
        }
        Gathered::Until(later(gathering.since, gathering.linger))
    }

    /// Takes a step of running the window. `of` is the type of its messages.
    pub(super) async fn step(&self, of: TypeRef, runner: &Runner<E>, step: BatchStep) -> Stepped {
        let mut run = match step {
            BatchStep::Due | BatchStep::Timer | BatchStep::Flush => match self.take(&step) {
                Ok(run) => run,
                Err(stepped) => return stepped,
            },
            BatchStep::Resume(run) => match run.downcast::<BatchRun<E>>() {
                Ok(run) => {
                    self.load.unpark(run.len());
                    *run
                }
                Err(_) => return Stepped::Nothing,
            },
        };
        match run.advance(runner, self.settings.split).await {
            Some(due) => {
                if !self.strict && mem::take(&mut run.alone) {
                    self.running.store(false, Ordering::Release);
                }
                self.load.park(run.len());
                Stepped::Retry(due, Box::new(run))
            }
            None => self.close(of, run),
        }
    }

    /// Takes the window if it is full or its time has come, and no other is being run.
    fn take(&self, step: &BatchStep) -> Result<BatchRun<E>, Stepped> {
        let mut gathering = self.gathering.lock();
        gathering.is_timed &= matches!(step, BatchStep::Due);
        let Some(due) = gathering.due() else { return Err(Stepped::Nothing) };
        if due > self.clock.now() && !matches!(step, BatchStep::Flush) {
            let is_new = !mem::replace(&mut gathering.is_timed, true);
            return Err(if is_new { Stepped::At(due) } else { Stepped::Nothing });
        }
        if self.running.swap(true, Ordering::AcqRel) {
            // The worker that runs it schedules the next one when it is done.
            return Err(Stepped::Nothing);
        }
        gathering.adapt(&self.settings);
        let most = (self.settings.max_size as usize).min(gathering.events.len());
        let mut notes = mem::take(&mut gathering.spare_notes);
        notes.extend(gathering.notes.drain(..most));
        let events = gathering.events.take_first(most);
        drop(gathering);
        notes.iter_mut().for_each(Note::ask_context);
        Ok(BatchRun::new(&self.rows, events, notes))
    }

    fn close(&self, of: TypeRef, mut run: BatchRun<E>) -> Stepped {
        let alone = run.alone;
        // SAFETY: the type is the one of this window's messages.
        let (troubled, done) = unsafe { run.finish(of) };
        self.gathering.lock().spare_notes = run.into_spare_notes();
        if alone {
            self.running.store(false, Ordering::Release);
        }
        Stepped::Closed { handled: done.len() as u64, troubled, done: Box::new(done) }
    }

    /// Puts an event that its window could not take back into a message.
    pub(super) fn open(message: Message, note: &mut Note) -> E {
        // SAFETY: a message is given to no other route than its own.
        let (event, key, extras) = unsafe { message.open::<E>() };
        (note.key, note.extras) = (key, extras);
        event
    }
}

impl<E: Event> AnyWindow for Window<E> {
    fn load(&self) -> &Arc<WindowLoad> {
        &self.load
    }

    fn next_look(&self) -> Option<Instant> {
        let mut gathering = self.gathering.lock();
        let due = gathering.due()?;
        // What is due at once is looked at besides what a timer is set for.
        let is_new = due <= self.clock.now() || !mem::replace(&mut gathering.is_timed, true);
        is_new.then_some(due)
    }

    fn relieve(&self) -> bool {
        self.overfull.swap(false, Ordering::AcqRel)
    }
}

impl<E: Event> Gathering<E> {
    /// When the window is to be run: a time in the past if it is full.
    fn due(&self) -> Option<Instant> {
        match self.events.len() {
            0 => None,
            len if len >= self.target => Some(self.since),
            _ => Some(later(self.since, self.linger)),
        }
    }

    /// Doubles the size of the window while it fills, halves it when less than half is filled. The linger follows.
    fn adapt(&mut self, settings: &Batch) {
        let (min, max) = (settings.min_size as usize, settings.max_size as usize);
        if self.events.len() >= self.target {
            self.target = self.target.saturating_mul(2).min(max);
        } else if self.events.len() < self.target / 2 {
            self.target = (self.target / 2).max(min);
        }
        let grown = (self.target as f64 / min as f64).log2() / (max as f64 / min as f64).log2().max(1.0);
        let more = settings.max_linger.saturating_sub(settings.min_linger).as_secs_f64();
        let more = Duration::try_from_secs_f64(more * grown.clamp(0.0, 1.0)).unwrap_or(settings.max_linger);
        self.linger = settings.min_linger.saturating_add(more);
    }
}
