//! The lanes of a bus.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use events_core::event::EventMeta;

use super::account::Account;
use super::core::{LaneCore, Stage};
use super::crew::Census;
use super::report::{Left, Running, ShutdownReport};
use super::settings::Lane;
use super::worker;
use crate::bus::Inner;
use crate::sync::Mutex;

/// The lanes of a bus. One is opened, and its workers started, when it is first used.
pub(crate) struct Lanes {
    lanes: Box<[Slot]>,
    drain_on_drop: Duration,
    /// Held while a lane is opened and while shutdown begins.
    gate: Mutex<Gate>,
    /// What the first shutdown found.
    ended: OnceLock<Ended>,
}

struct Slot {
    settings: Lane,
    core: OnceLock<Arc<LaneCore>>,
}

#[derive(Default)]
struct Gate {
    closed: bool,
}

/// What was left, and the counts at that moment.
struct Ended {
    left: Vec<Left>,
    running: Vec<Running>,
    accounts: BTreeMap<String, Account>,
}

impl Lanes {
    pub(crate) fn new(settings: Vec<Lane>, drain_on_drop: Duration) -> Self {
        let lanes = settings.into_iter().map(|settings| Slot { settings, core: OnceLock::new() }).collect();
        Self { lanes, drain_on_drop, gate: Mutex::default(), ended: OnceLock::new() }
    }

    fn slot(&self, name: &str) -> Option<&Slot> {
        self.lanes.iter().find(|slot| slot.settings.name == name)
    }

    pub(crate) fn settings(&self, name: &str) -> Option<&Lane> {
        self.slot(name).map(|slot| &slot.settings)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.lanes.iter().map(|slot| slot.settings.name.as_str())
    }

    fn opened(&self) -> impl Iterator<Item = &Arc<LaneCore>> {
        self.lanes.iter().filter_map(|slot| slot.core.get())
    }

    /// The lane of this name, opened. `None` if the bus has none.
    pub(crate) fn open(&self, inner: &Arc<Inner>, name: &str) -> Option<io::Result<&Arc<LaneCore>>> {
        let slot = self.slot(name)?;
        if let Some(core) = slot.core.get() {
            return Some(Ok(core));
        }
        let gate = self.gate.lock();
        if let Some(core) = slot.core.get() {
            return Some(Ok(core));
        }
        let core = Arc::new(LaneCore::new(slot.settings.clone()));
        if gate.closed {
            core.enter(Stage::Draining);
        } else if let Err(error) = core.man(inner) {
            core.enter(Stage::Abandoned);
            return Some(Err(error));
        }
        Some(Ok(slot.core.get_or_init(|| core)))
    }

    /// What became of what was sent to each lane that was used.
    pub(crate) fn accounts(&self, inner: &Inner) -> BTreeMap<String, Account> {
        let account = |core: &Arc<LaneCore>| {
            let name = core.settings.name.clone();
            let account = match self.ended.get().and_then(|ended| ended.accounts.get(&name)) {
                // What was counted at the end stands; only what is sent in vain is added.
                Some(ended) => {
                    let more = core.counts.rejected.load(Ordering::Relaxed) - ended.rejected;
                    Account { sent: ended.sent + more, rejected: ended.rejected + more, ..*ended }
                }
                None => self.account(inner, core),
            };
            (name, account)
        };
        self.opened().map(account).collect()
    }

    fn account(&self, inner: &Inner, core: &LaneCore) -> Account {
        account_of(core, &core.census(&inner.tables))
    }

    /// Waits until all lanes are empty and nothing is under way; at most so long.
    pub(crate) fn drain(&self, timeout: Duration) -> bool {
        let until = Instant::now().checked_add(timeout);
        let mut sent = None;
        loop {
            if !self.opened().all(|core| core.wait_until(until, LaneCore::is_quiet)) {
                return false;
            }
            // A handler of one lane may send to another that was quiet already. If nothing was sent since the last round,
            // all lanes were quiet when that ended.
            let now = self.sent();
            if sent.replace(now) == Some(now) {
                return true;
            }
        }
    }

    /// The same as [`drain`](Self::drain), in a task.
    #[cfg(feature = "tokio")]
    pub(crate) async fn drain_async(&self, timeout: Duration) -> bool {
        let until = Instant::now().checked_add(timeout);
        let mut sent = None;
        loop {
            for core in self.opened() {
                if !core.until(until, LaneCore::is_quiet).await {
                    return false;
                }
            }
            let now = self.sent();
            if sent.replace(now) == Some(now) {
                return true;
            }
        }
    }

    /// How many events were ever put on lanes.
    fn sent(&self) -> u64 {
        self.opened().map(|core| core.sent()).sum()
    }

    /// Lets no event in any more, and has the workers go when all is done.
    pub(crate) fn close(&self) {
        self.gate.lock().closed = true;
        self.opened().for_each(|core| core.enter(Stage::Draining));
    }

    /// Shuts all lanes down: closes, drains, and when the time is up leaves what is left.
    pub(crate) fn shutdown(&self, inner: &Inner, timeout: Duration) -> ShutdownReport {
        let start = Instant::now();
        self.close();
        if self.ended.get().is_none() {
            let until = start.checked_add(timeout);
            self.opened().for_each(|core| _ = core.wait_until(until, LaneCore::is_over));
            let grace = self.abandon();
            self.opened().for_each(|core| _ = core.wait_until(grace, LaneCore::is_gone));
        }
        self.report(inner, start)
    }

    /// The same as [`shutdown`](Self::shutdown), in a task.
    #[cfg(feature = "tokio")]
    pub(crate) async fn shutdown_async(&self, inner: &Inner, timeout: Duration) -> ShutdownReport {
        let start = Instant::now();
        self.close();
        if self.ended.get().is_none() {
            let until = start.checked_add(timeout);
            for core in self.opened() {
                core.until(until, LaneCore::is_over).await;
            }
            let grace = self.abandon();
            for core in self.opened() {
                core.until(grace, LaneCore::is_gone).await;
            }
        }
        self.report(inner, start)
    }

    /// Has nothing begun any more. Returns until when to wait for workers that are between two events, to see that it is
    /// over, and for tasks to go and let go of the bus. Those inside of a handler are not waited for.
    fn abandon(&self) -> Option<Instant> {
        const GRACE: Duration = Duration::from_millis(5);
        self.opened().for_each(|core| core.enter(Stage::Abandoned));
        Some(Instant::now() + GRACE)
    }

    /// Drops what is left, and tells what the first shutdown found.
    fn report(&self, inner: &Inner, start: Instant) -> ShutdownReport {
        let ended = self.ended.get_or_init(|| self.end(inner));
        self.opened().for_each(|core| core.clear());
        ShutdownReport {
            left: ended.left.clone(),
            running: ended.running.clone(),
            account: self.accounts(inner).into_values().fold(Account::default(), |sum, one| sum + one),
            took: start.elapsed(),
        }
    }

    /// What the last drop of a bus does. A worker cannot wait for itself: where it holds the last handle, the lanes are
    /// closed, and the workers go when all is done.
    pub(crate) fn drain_on_drop(&self, inner: &Inner) {
        if self.opened().next().is_none() {
            return;
        }
        if worker::is_worker() {
            return self.close();
        }
        let report = self.shutdown(inner, self.drain_on_drop);
        if !report.is_clean() {
            // Nobody is left to be told otherwise, and nothing is to be lost in silence.
            eprintln!("events: a bus was dropped before its lanes were empty\n{report}");
        }
    }

    /// Writes down what is left.
    fn end(&self, inner: &Inner) -> Ended {
        let mut ended = Ended { left: Vec::new(), running: Vec::new(), accounts: BTreeMap::new() };
        for core in self.opened() {
            let name = &core.settings.name;
            let census = core.census(&inner.tables);
            ended.accounts.insert(name.clone(), account_of(core, &census));
            ended
                .running
                .extend(core.running().into_iter().map(|event| Running { lane: name.clone(), event }));
            ended.left.extend(census.left.into_values().map(|(event, count)| Left {
                lane: name.clone(),
                event,
                count,
            }));
        }
        ended
    }

    /// Drops all that lies in the lanes, while its routes are still there.
    pub(crate) fn clear(&self) {
        for core in self.opened() {
            core.enter(Stage::Abandoned);
            core.clear();
        }
    }
}

fn account_of(core: &LaneCore, census: &Census) -> Account {
    let dropped_newest = core.counts.dropped_newest.load(Ordering::Relaxed);
    let rejected = core.counts.rejected.load(Ordering::Relaxed);
    Account {
        sent: census.queued + rejected + dropped_newest,
        handled: census.handled,
        dead_lettered: census.dead + dropped_newest,
        rejected,
        left: census.left.values().map(|(_, count)| count).sum(),
    }
}

/// How many events of each type are left, by the path of the type.
pub(super) type LeftByEvent = BTreeMap<&'static str, (&'static EventMeta, u64)>;
