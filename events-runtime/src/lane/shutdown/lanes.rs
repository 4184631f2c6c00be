//! The lanes of a bus.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::account::Account;
use super::report::{Left, Running};
use crate::door::Panics;
use crate::lane::config::LaneConfig;
use crate::lane::dead_letter::Store;
use crate::lane::host::Host;
use crate::lane::schedule::{Quiescence, Scheduler, Totals};
use crate::lane::worker::{self, Budget};
use crate::sync::Mutex;

/// The lanes of a bus. The queues of a lane are made when it is first used or inspected. Its workers are started when
/// it is opened, which `build` or the first send does.
pub(crate) struct Lanes {
    lanes: Box<[LaneOnDemand]>,
    pub(super) drain_on_drop: Duration,
    pub(super) quiescence: Quiescence,
    pub(super) letters: Arc<Store>,
    /// Held while a lane is opened, and while lanes are closed or ended.
    pub(super) closing: Mutex<Closing>,
    /// The result of the shutdown, once the lanes have ended.
    pub(super) ended: OnceLock<Ended>,
    /// Whether `ended` was returned to the program or printed.
    pub(super) is_reported: AtomicBool,
}

struct LaneOnDemand {
    settings: LaneConfig,
    scheduler: OnceLock<Arc<Scheduler>>,
    /// Whether its workers were started. Written while [`Lanes::closing`] is held.
    is_started: AtomicBool,
}

/// The progress of the shutdown of a bus.
#[derive(Default)]
pub(super) struct Closing {
    pub(super) is_closed: bool,
    pub(super) has_ended: bool,
    /// The latest end of the shutdowns under way. `None` if one has no limit.
    pub(super) end: Option<Instant>,
}

/// What was left, and the accounts at that moment.
#[derive(Clone)]
pub(super) struct Ended {
    pub(super) left: Vec<Left>,
    pub(super) running: Vec<Running>,
    pub(super) aborted: Vec<Running>,
    pub(super) accounts: BTreeMap<String, Account>,
}

/// Why a lane could not be opened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OpenError {
    NoWorker(io::ErrorKind),
    NoMemory,
}

impl Lanes {
    pub(crate) fn new(settings: Vec<LaneConfig>, drain_on_drop: Duration, letters: Arc<Store>) -> Self {
        let on_demand = |settings| LaneOnDemand {
            settings,
            scheduler: OnceLock::new(),
            is_started: AtomicBool::new(false),
        };
        Self {
            lanes: settings.into_iter().map(on_demand).collect(),
            drain_on_drop,
            quiescence: Quiescence::new(),
            letters,
            closing: Mutex::default(),
            ended: OnceLock::new(),
            is_reported: AtomicBool::new(false),
        }
    }

    fn on_demand(&self, name: &str) -> Option<&LaneOnDemand> {
        self.lanes.iter().find(|lane| lane.settings.name == name)
    }

    pub(crate) fn settings(&self, name: &str) -> Option<&LaneConfig> {
        self.on_demand(name).map(|lane| &lane.settings)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.lanes.iter().map(|lane| lane.settings.name.as_str())
    }

    /// Whether `async` handlers can run on one of the lanes.
    pub(crate) fn run_async(&self) -> bool {
        self.lanes.iter().any(|lane| lane.settings.runs_async())
    }

    pub(super) fn opened(&self) -> impl Iterator<Item = &Arc<Scheduler>> {
        self.lanes.iter().filter_map(|lane| lane.scheduler.get())
    }

    /// The panic counters of the lane of this name, if it has queues already.
    pub(crate) fn panics(&self, name: &str) -> Option<&Panics> {
        self.on_demand(name)?.scheduler.get().map(|lane| &*lane.panics)
    }

    /// Opens the lane of this name. `None` if the bus has none.
    pub(crate) fn open(
        &self,
        host: &Arc<dyn Host>,
        name: &str,
    ) -> Option<Result<&Arc<Scheduler>, OpenError>> {
        let lane = self.on_demand(name)?;
        if lane.is_started.load(Ordering::Acquire)
            && let Some(scheduler) = lane.scheduler.get()
        {
            return Some(Ok(scheduler));
        }
        let closing = self.closing.lock();
        let scheduler = match self.make(lane, &closing) {
            Ok(scheduler) => scheduler,
            Err(error) => return Some(Err(error)),
        };
        // If a worker cannot be started, those that were started stay, and the next `open` tries again.
        if !closing.has_ended
            && let Err(error) = worker::open(scheduler, host)
        {
            return Some(Err(OpenError::NoWorker(error.kind())));
        }
        lane.is_started.store(true, Ordering::Release);
        Some(Ok(scheduler))
    }

    /// The lane of this name, whose workers may not be started yet. `None` if the bus has none.
    pub(crate) fn get(&self, name: &str) -> Option<Result<&Arc<Scheduler>, OpenError>> {
        let lane = self.on_demand(name)?;
        match lane.scheduler.get() {
            Some(scheduler) => Some(Ok(scheduler)),
            None => Some(self.make(lane, &self.closing.lock())),
        }
    }

    /// Makes the queues of a lane, without workers.
    fn make<'a>(&self, lane: &'a LaneOnDemand, closing: &Closing) -> Result<&'a Arc<Scheduler>, OpenError> {
        if let Some(scheduler) = lane.scheduler.get() {
            return Ok(scheduler);
        }
        let scheduler = Scheduler::new(lane.settings.clone(), self.quiescence.clone());
        let scheduler = Arc::new(scheduler.ok_or(OpenError::NoMemory)?);
        if closing.has_ended {
            scheduler.end();
        } else if closing.is_closed {
            // The first use may be by a handler that runs during a shutdown.
            scheduler.close(closing.end);
        }
        let scheduler = lane.scheduler.get_or_init(|| scheduler);
        wake_with_clock(scheduler);
        Ok(scheduler)
    }

    /// The accounts of the lanes to which anything was sent.
    pub(crate) fn accounts(&self) -> BTreeMap<String, Account> {
        let account = |lane: &Arc<Scheduler>| (lane.settings.name.clone(), self.account(lane, lane.totals()));
        self.opened().map(account).filter(|(_, account)| account.sent > 0).collect()
    }

    /// The account of a lane, from its current totals.
    pub(in crate::lane) fn account(&self, lane: &Scheduler, totals: Totals) -> Account {
        let now = account_of(lane, totals);
        // After the end, the account is the one of that moment, because what was left is dropped after it. Only
        // rejected sends are added.
        match self.ended.get().and_then(|ended| ended.accounts.get(&lane.settings.name)) {
            Some(ended) => {
                let more = now.rejected.saturating_sub(ended.rejected);
                Account { sent: ended.sent + more, rejected: ended.rejected + more, ..*ended }
            }
            None => now,
        }
    }

    /// Counts events that were rejected before they reached a lane, on that lane if it has queues already.
    pub(crate) fn count_rejected(&self, name: &str, events: u64) {
        if let Some(lane) = self.on_demand(name).and_then(|lane| lane.scheduler.get()) {
            lane.refused.rejected.fetch_add(events, Ordering::Relaxed);
        }
    }

    /// How many messages were ever sent to all lanes.
    fn sent(&self) -> u64 {
        self.opened().map(|lane| lane.sent()).sum()
    }

    /// Whether something holds for all lanes at one moment. If nothing was sent during the check, no handler of one
    /// lane has sent to another that was already checked.
    pub(super) fn all_at_once(&self, is_so: fn(&Scheduler) -> bool) -> bool {
        let before = self.sent();
        self.opened().all(|lane| is_so(lane)) && self.sent() == before
    }

    /// Runs jobs of lanes without workers on this thread. Returns how many jobs ran.
    pub(crate) fn run_pending(&self, mut budget: Budget) -> usize {
        let mut ran = 0;
        loop {
            let before = ran;
            for lane in self.opened().filter(|lane| lane.lock().target == 0) {
                ran += worker::run_pending(lane, &mut budget);
            }
            // A handler of one lane may have sent to another.
            if ran == before || budget.is_spent() {
                return ran;
            }
        }
    }

    /// Waits up to this long until nothing is queued, under way, or waiting for a later time.
    pub(crate) fn drain(&self, timeout: Duration) -> bool {
        let until = Instant::now().checked_add(timeout);
        self.quiescence.wait_until(until, || self.all_at_once(Scheduler::is_drained))
    }

    /// Waits up to this long until nothing is queued, under way, or due by the clocks of the lanes.
    pub(crate) fn settle(&self, timeout: Duration) -> bool {
        let until = Instant::now().checked_add(timeout);
        self.quiescence.wait_until(until, || self.all_at_once(Scheduler::is_settled))
    }

    /// As [`settle`](Self::settle), in a task.
    #[cfg(feature = "tokio")]
    pub(crate) async fn settle_async(&self, timeout: Duration) -> bool {
        let until = tokio::time::Instant::now().checked_add(timeout);
        self.quiescence.until(until, || self.all_at_once(Scheduler::is_settled)).await
    }

    /// As [`drain`](Self::drain), in a task.
    #[cfg(feature = "tokio")]
    pub(crate) async fn drain_async(&self, timeout: Duration) -> bool {
        let until = tokio::time::Instant::now().checked_add(timeout);
        self.quiescence.until(until, || self.all_at_once(Scheduler::is_drained)).await
    }
}

/// Wakes the lane's waiters when a test moves its clock.
fn wake_with_clock(scheduler: &Arc<Scheduler>) {
    if let Some(clock) = scheduler.settings.clock.manual() {
        let lane = Arc::downgrade(scheduler);
        clock.on_move(move || lane.upgrade().map(|lane| lane.wake_all()).is_some());
    }
}

pub(super) fn account_of(lane: &Scheduler, totals: Totals) -> Account {
    let dropped_newest = lane.refused.dropped_newest.load(Ordering::Relaxed);
    let rejected = lane.refused.rejected.load(Ordering::Relaxed);
    let Totals { entered, handled, dead, left } = totals;
    Account {
        sent: entered + rejected + dropped_newest,
        handled,
        dead_lettered: dead + dropped_newest,
        rejected,
        left,
    }
}
