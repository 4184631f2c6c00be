//! A lane that is open: its queues, its lock, and how far it has come.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

use crossbeam_utils::CachePadded;

use super::quiescence::Quiescence;
use super::rate::RateLimit;
use super::roster::Roster;
use super::state::State;
use super::windows::WindowLoad;
use crate::door::Panics;
use crate::lane::config::LaneConfig;
use crate::lane::queue::{ContextPool, Queues, Waiters};
use crate::sync::Mutex;

/// A lane that is open. Its messages are of types made for this lane, and of no other.
pub(crate) struct Scheduler {
    pub(in crate::lane) settings: LaneConfig,
    pub(in crate::lane) queues: Queues,
    state: CachePadded<Mutex<State>>,
    /// Set when nothing may begin any more, not even the next handler of a message under way.
    halt: Arc<AtomicBool>,
    /// Asks a worker that took a batch to give back what it has not begun.
    interrupt: AtomicBool,
    stage: AtomicU8,
    /// The workers that wait for messages.
    pub(in crate::lane) idle: Waiters,
    /// The supervisor, where the number of workers follows the load.
    pub(in crate::lane) supervisor: Waiters,
    /// How many supervisors there are: one, but for the moment in which another follows it.
    pub(super) supervisors: AtomicUsize,
    /// Those who wait for the lanes of the bus to be quiet.
    pub(in crate::lane) quiescence: Quiescence,
    pub(in crate::lane) contexts: Arc<ContextPool>,
    pub(in crate::lane) panics: Arc<Panics>,
    pub(in crate::lane) refused: Refusals,
    pub(super) roster: Mutex<Roster>,
    pub(super) rate: RateLimit,
    /// Whether its workers have gone and cannot come back: their runtime was shut down.
    runtime_gone: AtomicBool,
    /// The thread on which a worker that is a task was last polled.
    #[cfg(feature = "tokio")]
    polled_on: Mutex<Option<std::thread::ThreadId>>,
}

/// Messages that never came to the queues.
#[derive(Default)]
pub(in crate::lane) struct Refusals {
    /// Given back to the sender.
    pub(in crate::lane) rejected: AtomicU64,
    /// Dropped before they were queued.
    pub(in crate::lane) dropped_newest: AtomicU64,
    /// Workers that ended by a panic of our own code, and were replaced.
    pub(in crate::lane) deaths: AtomicU64,
    /// Workers that the system would not start when there were to be more.
    pub(in crate::lane) failed_starts: AtomicU64,
}

/// How far a lane has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(in crate::lane) enum Stage {
    Open,
    /// Only running handlers may send. What is inside is handled.
    Draining,
    /// Nothing begins any more.
    Ended,
}

impl Scheduler {
    /// Opens a lane. `None` if the system has no memory for its queues.
    pub(in crate::lane) fn new(settings: LaneConfig, quiescence: Quiescence) -> Option<Self> {
        let panics = Arc::<Panics>::default();
        let (queues, receiver) = Queues::new(&settings, &panics)?;
        Some(Self {
            queues,
            state: CachePadded::new(Mutex::new(State::new(receiver, settings.workers))),
            halt: Arc::default(),
            interrupt: AtomicBool::new(false),
            stage: AtomicU8::new(Stage::Open as u8),
            idle: Waiters::last_come(),
            supervisor: Waiters::first_come(),
            supervisors: AtomicUsize::new(0),
            quiescence,
            contexts: Arc::new(ContextPool::new(settings.most_inside())),
            panics,
            refused: Refusals::default(),
            roster: Mutex::default(),
            rate: RateLimit::new(&settings),
            runtime_gone: AtomicBool::new(false),
            #[cfg(feature = "tokio")]
            polled_on: Mutex::default(),
            settings,
        })
    }

    /// Whether `async` handlers can run on it.
    pub(crate) fn runs_async(&self) -> bool {
        self.settings.runs_async()
    }

    pub(in crate::lane) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// The time now, by the lane's clock.
    #[inline]
    pub(in crate::lane) fn now(&self) -> Instant {
        self.settings.clock.now()
    }

    pub(in crate::lane) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Open,
            1 => Stage::Draining,
            _ => Stage::Ended,
        }
    }

    /// Refuses senders from outside, and handles what is inside until `end`, if there is one.
    pub(in crate::lane) fn close(&self, end: Option<Instant>) {
        self.queues.close();
        {
            let mut state = self.lock();
            state.end = self.settings.clock.end_of_shutdown(end);
            self.enter(Stage::Draining);
        }
        self.wake_all();
    }

    /// Lets nothing begin any more, and nothing in.
    pub(in crate::lane) fn end(&self) {
        self.queues.seal();
        {
            let _state = self.lock();
            self.enter(Stage::Ended);
            self.halt.store(true, Ordering::Release);
        }
        self.wake_all();
    }

    /// Set when nothing may begin any more.
    pub(in crate::lane) fn halt(&self) -> &Arc<AtomicBool> {
        &self.halt
    }

    /// Goes on to a stage, never back. Under the lane's lock, so that who holds it knows the stage.
    fn enter(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::AcqRel);
        self.interrupt();
    }

    /// Has all senders that wait for room, all workers, the supervisor, and all that wait for quiescence look again.
    pub(in crate::lane) fn wake_all(&self) {
        self.quiescence.notify();
        self.queues.iter().for_each(|queue| queue.room.wake_fenced(usize::MAX));
        self.idle.wake_fenced(usize::MAX);
        self.supervisor.wake_fenced(usize::MAX);
    }

    /// Changes something that workers depend on, under the lock, and has them look again.
    pub(in crate::lane) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.interrupt();
        self.idle.wake_fenced(usize::MAX);
    }

    /// Whether a worker is to give back what it took and has not begun.
    #[inline(always)]
    pub(in crate::lane) fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Asks for that.
    pub(in crate::lane) fn interrupt(&self) {
        self.interrupt.store(true, Ordering::Relaxed);
    }

    pub(super) fn clear_interrupt(&self) {
        self.interrupt.store(false, Ordering::Relaxed);
    }

    /// Whether a worker may begin nothing, for the lane is paused. A lane that ends does not heed it.
    pub(super) fn is_paused(&self, state: &State) -> bool {
        state.is_paused() && self.stage() == Stage::Open
    }

    /// Whether the worker at this index is to go.
    #[inline(always)]
    pub(super) fn is_to_leave(&self, state: &State, index: usize) -> bool {
        self.stage() == Stage::Ended || index >= state.target
    }

    /// Whether nothing is queued, under way, or due before `until`. A queue that nothing may be taken from counts as empty.
    pub(super) fn is_quiet(&self, state: &State, until: Option<Instant>) -> bool {
        state.is_quiet(until) && (self.queues.is_empty() || state.is_blocked(self.settings.capacity))
    }

    /// Whether nothing is queued, under way, or waiting for a later time.
    pub(in crate::lane) fn is_drained(&self) -> bool {
        self.is_quiet(&self.lock(), None)
    }

    /// Whether nothing is queued, under way, or due by a clock that a test moves. By any other clock, what is to come comes by
    /// itself: then as [`is_drained`](Self::is_drained).
    pub(in crate::lane) fn is_settled(&self) -> bool {
        let state = self.lock();
        self.is_settled_in(&state) || self.is_quiet(&state, None)
    }

    pub(super) fn is_settled_in(&self, state: &State) -> bool {
        self.settings.clock.manual().is_some_and(|clock| state.is_settled(clock.now()))
            && (self.queues.is_empty() || state.is_blocked(self.settings.capacity))
    }

    /// Whether it has handled all that a shutdown waits for, or has no worker to do so.
    pub(in crate::lane) fn is_finished(&self) -> bool {
        let state = self.lock();
        self.stage() == Stage::Ended || self.is_quiet(&state, state.end) || self.present() == 0
    }

    /// How many messages were ever sent to it.
    pub(in crate::lane) fn sent(&self) -> u64 {
        let direct = self.lock().direct;
        self.queues.sent() + direct
    }

    /// Takes in a batch window of an event on this lane.
    pub(in crate::lane) fn add_window(&self, window: Arc<WindowLoad>) {
        self.lock().add_window(window);
    }

    /// Notes that the runtime of its workers was shut down. Senders get their events back from now on.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn set_runtime_gone(&self) {
        self.runtime_gone.store(true, Ordering::Release);
        self.queues.seal();
        self.wake_all();
    }

    /// Notes that a worker that is a task runs on this thread.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn note_polled(&self) {
        if self.runs_on_one_thread() {
            *self.polled_on.lock() = Some(std::thread::current().id());
        }
    }

    /// Whether its workers are tasks of a runtime that has one thread.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn runs_on_one_thread(&self) -> bool {
        self.settings.tokio.as_ref().is_some_and(|runtime| runtime.metrics().num_workers() == 1)
    }

    /// Whether its workers can only run when this thread lets them. A thread of their runtime may be the one that runs its
    /// tasks, or one of those for blocking work: which one shows when a task runs while this thread waits, up to 100 ms.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn needs_this_thread(&self) -> bool {
        const PATIENCE: std::time::Duration = std::time::Duration::from_millis(100);
        self.runs_on_one_thread()
            && (*self.polled_on.lock() == Some(std::thread::current().id())
                || self.runs_nothing_for(PATIENCE))
    }

    /// Whether this thread is one of the runtime of its workers: one that runs its tasks, or its blocking work, or waits for
    /// a task of it.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn is_on_its_runtime(&self) -> bool {
        let here = tokio::runtime::Handle::try_current().ok().map(|runtime| runtime.id());
        here.is_some() && here == self.settings.tokio.as_ref().map(tokio::runtime::Handle::id)
    }

    /// Whether the runtime of its workers, on one of whose threads this is, does not even run a new task while this thread
    /// waits for so long.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn runs_nothing_for(&self, time: std::time::Duration) -> bool {
        let Some(runtime) = self.settings.tokio.as_ref().filter(|_| self.is_on_its_runtime()) else {
            return false;
        };
        let (run, has_run) = std::sync::mpsc::channel();
        runtime.spawn(async move { run.send(()) });
        has_run.recv_timeout(time).is_err()
    }

    pub(in crate::lane) fn is_runtime_gone(&self) -> bool {
        self.runtime_gone.load(Ordering::Acquire)
    }
}
