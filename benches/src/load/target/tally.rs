use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::load::account::Account;
use crate::load::probe::Probe;

/// The counts of one producer, on cache lines of their own.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Tally {
    sent: AtomicU64,
    rejected: AtomicU64,
}

impl Tally {
    /// Counts an event before it is offered, so that no event is handled that was not counted as sent.
    #[inline]
    pub fn offer(&self) {
        self.sent.store(self.sent.load(Relaxed) + 1, Relaxed);
    }

    /// Counts an event that was returned.
    #[inline]
    pub fn reject(&self) {
        self.rejected.store(self.rejected.load(Relaxed) + 1, Relaxed);
    }
}

/// The account from the counts of the producers and the probe.
pub fn counted(tallies: &[Tally], probe: &Probe) -> Account {
    // Handled events are read first, because each of them was counted as sent before.
    let handled = probe.handled();
    let sum =
        |count: fn(&Tally) -> &AtomicU64| tallies.iter().map(|tally| count(tally).load(Relaxed)).sum::<u64>();
    let rejected = sum(|tally| &tally.rejected);
    let sent = sum(|tally| &tally.sent);
    Account { sent, handled, rejected, dead_lettered: 0, left: sent.saturating_sub(handled + rejected) }
}
