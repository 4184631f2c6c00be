use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::load::account::Account;
use crate::load::probe::Probe;

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
