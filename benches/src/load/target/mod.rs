//! What is put under load, one file each.

mod crossbeam;
mod direct;
#[cfg(feature = "rivals")]
mod jaeb;
mod lane;
mod sync_channel;
mod tokio_mpsc;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Serialize;

pub use self::crossbeam::Crossbeam;
pub use self::direct::Direct;
#[cfg(feature = "rivals")]
pub use self::jaeb::Jaeb;
pub use self::lane::{BatchLane, SendLane};
pub use self::sync_channel::SyncChannel;
pub use self::tokio_mpsc::TokioMpsc;
use super::account::Account;
use super::payload::Payload;
use super::probe::Probe;

/// A queue and its workers, which hand each event to a [`Probe`].
pub trait Target<P: Payload>: Send + Sync + Sized + 'static {
    /// As tables call it.
    const NAME: &'static str;

    /// Starts the workers.
    ///
    /// # Errors
    /// [`Unsupported`] if it cannot be set up like this.
    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported>;

    /// Sends what `events` yields, from this thread, and counts in `tally`. The iterator waits by itself until the next
    /// event is due.
    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally);

    /// How many events are queued, where it tells.
    fn depth(&self) -> Option<usize> {
        None
    }

    /// What became of the events, where it keeps account itself. Otherwise what the producers and the probe counted is
    /// all there is.
    fn account(&self) -> Option<Account> {
        None
    }

    /// Lets the workers finish what is queued, and ends them.
    fn finish(self);
}

/// How a target is set up.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Settings {
    /// Events the queue holds.
    pub capacity: usize,
    /// Threads that handle them.
    pub workers: usize,
    /// What happens when it is full.
    pub overflow: Overflow,
}

impl Default for Settings {
    fn default() -> Self {
        Self { capacity: 65_536, workers: 1, overflow: Overflow::Wait }
    }
}

/// What happens when a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// The sender waits.
    Wait,
    /// The sender gets the event back.
    Reject,
    /// The event is dropped.
    DropNewest,
    /// The event that waited longest is dropped.
    DropOldest,
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wait => "wait",
            Self::Reject => "reject",
            Self::DropNewest => "drop-newest",
            Self::DropOldest => "drop-oldest",
        })
    }
}

/// A target cannot be set up as asked.
#[derive(Clone, Debug)]
pub struct Unsupported(pub String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

impl Settings {
    /// Whether to wait or to get events back; nothing else is to be had from a plain channel.
    fn of_channel(&self, name: &str) -> Result<bool, Unsupported> {
        match self.overflow {
            Overflow::Wait => Ok(true),
            Overflow::Reject => Ok(false),
            other => Err(Unsupported(format!(
                "{name} has no overflow policy `{other}`: choose `--overflow wait` or `--overflow reject`"
            ))),
        }
    }

    /// Some channels have one receiver.
    fn one_worker(&self, name: &str) -> Result<(), Unsupported> {
        match self.workers {
            1 => Ok(()),
            more => Err(Unsupported(format!("{name} has one receiver, not {more}: choose `--workers 1`"))),
        }
    }
}

/// What one producer counts, on cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Tally {
    sent: AtomicU64,
    rejected: AtomicU64,
}

impl Tally {
    /// An event is about to be offered. Counted before, so that no event is handled that was not sent.
    #[inline]
    pub fn offer(&self) {
        self.sent.store(self.sent.load(Relaxed) + 1, Relaxed);
    }

    /// It came back.
    #[inline]
    pub fn reject(&self) {
        self.rejected.store(self.rejected.load(Relaxed) + 1, Relaxed);
    }
}

/// What producers and probe counted.
pub fn counted(tallies: &[Tally], probe: &Probe) -> Account {
    // The handled first: whatever is handled was sent before.
    let handled = probe.handled();
    let sum =
        |count: fn(&Tally) -> &AtomicU64| tallies.iter().map(|tally| count(tally).load(Relaxed)).sum::<u64>();
    let rejected = sum(|tally| &tally.rejected);
    let sent = sum(|tally| &tally.sent);
    Account { sent, handled, rejected, dead_lettered: 0, left: sent.saturating_sub(handled + rejected) }
}

/// Waits for a worker.
fn join(worker: std::thread::JoinHandle<()>) {
    if let Err(panic) = worker.join() {
        std::panic::resume_unwind(panic);
    }
}
