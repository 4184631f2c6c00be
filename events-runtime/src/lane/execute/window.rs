//! Batch windows: where events are gathered for handlers that take many at once.

use std::any::Any;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use events_core::event::Event;
use events_core::handler::Batch;
use events_core::private::plumbing::BoundTable;

use super::batch_run::{BatchRun, FailedEvent, Note};
use super::events::Events;
use super::runner::Runner;
use crate::lane::clock::{Clock, later};
use crate::lane::config::KeyOrder;
use crate::lane::queue::{Message, TypeRef};
use crate::lane::schedule::{BatchStep, WindowLoad};
use crate::sync::Mutex;

/// Gathers events of one type, to run batch handlers with many at once.
///
/// One run at a time takes events from it, so a batch handler sees the events of a key in order.
pub(super) struct Window<E: Event> {
    /// The batch rows of the table.
    rows: Box<[usize]>,
    settings: Batch,
    /// Whether later events wait while a run waits for its retry.
    strict: bool,
    gathering: Mutex<Gathering<E>>,
    /// Whether a run is under way, or, if `strict`, waits for its retry.
    running: AtomicBool,
    /// Whether the lane takes no messages because this window holds too many.
    overfull: AtomicBool,
    load: Arc<WindowLoad>,
    clock: Clock,
}

struct Gathering<E: Event> {
    events: Events<E>,
    notes: Vec<Note>,
    /// When the first of the events was added.
    since: Instant,
    /// Whether a timer is set. There is one at most, so that windows that fill up early leave no timers.
    is_timed: bool,
    /// How many events make the window full. This and `linger`, how long it waits for them, adapt to the load.
    target: usize,
    linger: Duration,
    /// Memory of an earlier run.
    spare_notes: Vec<Note>,
}

/// What adding an event to a window means for the lane.
pub(in crate::lane) enum Gathered {
    /// Nothing: a timer is set already, or a run will look at the window when it ends.
    Waits,
    /// A timer has to be set for this time.
    Until(Instant),
    /// The window has to be run now.
    Full,
    /// The window is too full and cannot be run yet, so the lane takes no further message.
    Overfull,
}

/// What a step of a run leads to.
pub(in crate::lane) enum Stepped {
    /// There was nothing to do.
    Nothing,
    /// Check the window again at this time.
    At(Instant),
    /// Resume the run at this time.
    Retry(Instant, Box<dyn Any + Send>),
    /// The run has ended.
    Ended {
        /// How many of its events were handled.
        handled: u64,
        /// The events for which a handler failed.
        failed: Vec<FailedEvent>,
        /// The events that were handled, to be dropped after they are counted.
        done: Box<dyn Any + Send>,
    },
}

/// A window whose event type the caller does not know.
pub(in crate::lane) trait AnyWindow {
    fn load(&self) -> &Arc<WindowLoad>;
    /// When to check the window next. `None` if it is empty or a timer is set already.
    fn next_check(&self) -> Option<Instant>;
    /// Marks the window as no longer overfull. Returns whether it was.
    fn relieve(&self) -> bool;
}

impl<E: Event> Window<E> {
    /// The window of a table, if it has batch handlers. The first of them sets its size and linger.
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

    /// Takes a step of a run of the window. `of` is the type of its messages.
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
            None => self.end_run(of, run),
        }
    }

    /// Begins a run if the window is full or due, and no other run is under way.
    fn take(&self, step: &BatchStep) -> Result<BatchRun<E>, Stepped> {
        let mut gathering = self.gathering.lock();
        gathering.is_timed &= matches!(step, BatchStep::Due);
        let Some(due) = gathering.due() else { return Err(Stepped::Nothing) };
        if due > self.clock.now() && !matches!(step, BatchStep::Flush) {
            let is_new = !mem::replace(&mut gathering.is_timed, true);
            return Err(if is_new { Stepped::At(due) } else { Stepped::Nothing });
        }
        if self.running.swap(true, Ordering::AcqRel) {
            // The worker of the current run schedules the next one when it ends.
            return Err(Stepped::Nothing);
        }
        gathering.adapt(&self.settings);
        let most = (self.settings.max_size as usize).min(gathering.events.len());
        let mut notes = mem::take(&mut gathering.spare_notes);
        notes.extend(gathering.notes.drain(..most));
        let events = gathering.events.take_first(most);
        drop(gathering);
        notes.iter_mut().for_each(Note::check_context);
        Ok(BatchRun::new(&self.rows, events, notes))
    }

    fn end_run(&self, of: TypeRef, mut run: BatchRun<E>) -> Stepped {
        let alone = run.alone;
        // SAFETY: `of` is the type of this window's messages.
        let (failed, done) = unsafe { run.finish(of) };
        self.gathering.lock().spare_notes = run.into_spare_notes();
        if alone {
            self.running.store(false, Ordering::Release);
        }
        Stepped::Ended { handled: done.len() as u64, failed, done: Box::new(done) }
    }

    /// Moves the event out of a message, and the rest of the message into the note.
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

    fn next_check(&self) -> Option<Instant> {
        let mut gathering = self.gathering.lock();
        let due = gathering.due()?;
        // If the window is due now, it is checked at once, even if a timer is set for later.
        let is_new = due <= self.clock.now() || !mem::replace(&mut gathering.is_timed, true);
        is_new.then_some(due)
    }

    fn relieve(&self) -> bool {
        self.overfull.swap(false, Ordering::AcqRel)
    }
}

impl<E: Event> Gathering<E> {
    /// When the window has to be run: a time in the past if it is full.
    fn due(&self) -> Option<Instant> {
        match self.events.len() {
            0 => None,
            len if len >= self.target => Some(self.since),
            _ => Some(later(self.since, self.linger)),
        }
    }

    /// Doubles the target size after a full window, and halves it after one that is less than half full. The linger
    /// grows and shrinks with it.
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
