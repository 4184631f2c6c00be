//! The scheduler of a lane: its queues, its lock, and its stage.

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

/// A running lane. The types of its messages were made for this lane only.
pub(crate) struct Scheduler {
    pub(in crate::lane) settings: LaneConfig,
    pub(in crate::lane) queues: Queues,
    state: CachePadded<Mutex<State>>,
    /// The halt flag: set when no handler may begin any more, not even the next one of a message under way.
    halt: Arc<AtomicBool>,
    /// Requests that the worker with a local batch gives back what it has not begun.
    interrupt: AtomicBool,
    stage: AtomicU8,
    /// The workers that wait for messages.
    pub(in crate::lane) idle: Waiters,
    /// The supervisor, if the number of workers follows the load.
    pub(in crate::lane) supervisor: Waiters,
    /// How many supervisors there are: one, or two for a moment while one replaces the other.
    pub(super) supervisors: AtomicUsize,
    /// Threads and tasks that wait for the quiescence of the bus's lanes.
    pub(in crate::lane) quiescence: Quiescence,
    pub(in crate::lane) contexts: Arc<ContextPool>,
    pub(in crate::lane) panics: Arc<Panics>,
    pub(in crate::lane) refused: Refusals,
    pub(super) roster: Mutex<Roster>,
    pub(super) rate: RateLimit,
    /// Whether the runtime of its workers was shut down, so that no worker can run any more.
    runtime_gone: AtomicBool,
    /// The thread that last polled a worker that is a task.
    #[cfg(feature = "tokio")]
    polled_on: Mutex<Option<std::thread::ThreadId>>,
}

/// Messages that were never queued, and failures of workers.
#[derive(Default)]
pub(in crate::lane) struct Refusals {
    /// Events that were returned to the sender.
    pub(in crate::lane) rejected: AtomicU64,
    /// Events that were dropped before they were queued.
    pub(in crate::lane) dropped_newest: AtomicU64,
    /// Workers that ended because code of this library panicked, and were replaced.
    pub(in crate::lane) deaths: AtomicU64,
    /// How often the system would not start a worker that the load asked for.
    pub(in crate::lane) failed_starts: AtomicU64,
}

/// The stage of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(in crate::lane) enum Stage {
    Open,
    /// Only running handlers may send. Messages on the lane are handled.
    Draining,
    /// No handler begins any more.
    Ended,
}

impl Scheduler {
    /// Makes a lane without workers. `None` if the system has no memory for its queues.
    pub(in crate::lane) fn new(settings: LaneConfig, quiescence: Quiescence) -> Option<Self> {
        let panics = Arc::<Panics>::default();
        let (queues, receiver) = Queues::new(&settings, &panics)?;
        Some(Self {
            queues,
            state: CachePadded::new(Mutex::new(State::new(receiver, settings.workers))),
            halt: Arc::default(),
            interrupt: AtomicBool::new(false),
            stage: AtomicU8::new(Stage::Open as u8),
            idle: Waiters::lifo(),
            supervisor: Waiters::fifo(),
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

    /// Whether `async` handlers can run on the lane.
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

    /// Closes the lane to senders from outside. Its messages are handled until `end`, if there is one.
    pub(in crate::lane) fn close(&self, end: Option<Instant>) {
        self.queues.close();
        {
            let mut state = self.lock();
            state.end = self.settings.clock.end_of_shutdown(end);
            self.enter(Stage::Draining);
        }
        self.wake_all();
    }

    /// Ends the lane: no handler begins, and no event is accepted any more.
    pub(in crate::lane) fn end(&self) {
        self.queues.seal();
        {
            let _state = self.lock();
            self.enter(Stage::Ended);
            self.halt.store(true, Ordering::Release);
        }
        self.wake_all();
    }

    /// The flag that is set when no handler may begin any more.
    pub(in crate::lane) fn halt(&self) -> &Arc<AtomicBool> {
        &self.halt
    }

    /// Advances to a stage, never back. It takes the lane's lock, so that the stage does not change while another
    /// thread holds it.
    fn enter(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::AcqRel);
        self.interrupt();
    }

    /// Wakes all senders that wait for room, all workers, the supervisor, and all that wait for quiescence, so that
    /// they check again.
    pub(in crate::lane) fn wake_all(&self) {
        self.quiescence.notify();
        self.queues.iter().for_each(|queue| queue.room.wake_fenced(usize::MAX));
        self.idle.wake_fenced(usize::MAX);
        self.supervisor.wake_fenced(usize::MAX);
    }

    /// Changes something that workers depend on, under the lock, and wakes them to check again.
    pub(in crate::lane) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.interrupt();
        self.idle.wake_fenced(usize::MAX);
    }

    /// Whether the worker with a local batch has to give back what it has not begun.
    #[inline(always)]
    pub(in crate::lane) fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Requests that the worker with a local batch gives back what it has not begun.
    pub(in crate::lane) fn interrupt(&self) {
        self.interrupt.store(true, Ordering::Relaxed);
    }

    pub(super) fn clear_interrupt(&self) {
        self.interrupt.store(false, Ordering::Relaxed);
    }

    /// Whether no job may begin, because the lane is paused. A pause has no effect once the lane is closed.
    pub(super) fn is_paused(&self, state: &State) -> bool {
        state.is_paused() && self.stage() == Stage::Open
    }

    /// Whether the worker at this index has to leave.
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

    /// Whether nothing is queued, under way, or due by a clock that a test moves. With another clock it is the same as
    /// [`is_drained`](Self::is_drained), because later jobs become due without the test.
    pub(in crate::lane) fn is_settled(&self) -> bool {
        let state = self.lock();
        self.is_settled_in(&state) || self.is_quiet(&state, None)
    }

    pub(super) fn is_settled_in(&self, state: &State) -> bool {
        self.settings.clock.manual().is_some_and(|clock| state.is_settled(clock.now()))
            && (self.queues.is_empty() || state.is_blocked(self.settings.capacity))
    }

    /// Whether the lane has handled all that a shutdown waits for, or has no workers.
    pub(in crate::lane) fn is_finished(&self) -> bool {
        let state = self.lock();
        self.stage() == Stage::Ended || self.is_quiet(&state, state.end) || self.present() == 0
    }

    /// How many messages were ever sent to the lane.
    pub(in crate::lane) fn sent(&self) -> u64 {
        let direct = self.lock().direct;
        self.queues.sent() + direct
    }

    /// Registers the batch window of an event on this lane.
    pub(in crate::lane) fn add_window(&self, window: Arc<WindowLoad>) {
        self.lock().add_window(window);
    }

    /// Records that the runtime of its workers was shut down. From now on sends return their events.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn set_runtime_gone(&self) {
        self.runtime_gone.store(true, Ordering::Release);
        self.queues.seal();
        self.wake_all();
    }

    /// Records that a worker that is a task was polled on this thread.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn note_polled(&self) {
        if self.runs_on_one_thread() {
            *self.polled_on.lock() = Some(std::thread::current().id());
        }
    }

    /// Whether its workers are tasks of a runtime with one thread.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn runs_on_one_thread(&self) -> bool {
        self.settings.tokio.as_ref().is_some_and(|runtime| runtime.metrics().num_workers() == 1)
    }

    /// Whether its workers cannot run while this thread waits. If their runtime has one thread and this is a thread of
    /// it, this may be the thread that runs tasks, or one for blocking work. To find out, it waits up to 100 ms for a
    /// new task to run.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn needs_this_thread(&self) -> bool {
        const WAIT: std::time::Duration = std::time::Duration::from_millis(100);
        self.runs_on_one_thread()
            && (*self.polled_on.lock() == Some(std::thread::current().id()) || self.runs_nothing_for(WAIT))
    }

    /// Whether this thread belongs to the runtime of its workers: it runs tasks, or blocking work, or waits in
    /// `block_on`.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) fn is_on_its_runtime(&self) -> bool {
        let here = tokio::runtime::Handle::try_current().ok().map(|runtime| runtime.id());
        here.is_some() && here == self.settings.tokio.as_ref().map(tokio::runtime::Handle::id)
    }

    /// Whether the runtime of its workers does not run a new task while this thread, which belongs to it, waits for
    /// this time.
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
