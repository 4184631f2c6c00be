//! Counts of what became of the events.

use serde::Serialize;

/// Every event is in exactly one of these: `sent` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Events that were offered to the target.
    pub sent: u64,
    /// Events whose handler has run to its end.
    pub handled: u64,
    /// Events that were accepted and not handled: dropped, expired, or failed finally.
    pub dead_lettered: u64,
    /// Events that were returned to the sender.
    pub rejected: u64,
    /// Events that are not handled yet.
    pub left: u64,
}

impl Account {
    /// Whether nothing is missing and nothing is counted twice.
    pub fn balances(&self) -> bool {
        self.sent == self.handled + self.dead_lettered + self.rejected + self.left
    }

    /// The difference to an earlier account.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            sent: self.sent.saturating_sub(before.sent),
            handled: self.handled.saturating_sub(before.handled),
            dead_lettered: self.dead_lettered.saturating_sub(before.dead_lettered),
            rejected: self.rejected.saturating_sub(before.rejected),
            left: self.left,
        }
    }

    /// The share of the sent events that were rejected or became dead letters, in percent.
    pub fn errors_percent(&self) -> f64 {
        if self.sent == 0 {
            return 0.0;
        }
        (self.dead_lettered + self.rejected) as f64 * 100.0 / self.sent as f64
    }
}
