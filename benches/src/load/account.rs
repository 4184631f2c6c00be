//! What became of the events.

use serde::Serialize;

/// Every event is in exactly one of these: `sent` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Offered to the target, whatever it did with them.
    pub sent: u64,
    /// Ran to the end of their handler.
    pub handled: u64,
    /// Taken and not handled: dropped, expired, failed for good.
    pub dead_lettered: u64,
    /// Not taken: the sender has them back.
    pub rejected: u64,
    /// Not handled yet.
    pub left: u64,
}

impl Account {
    /// Whether nothing is missing and nothing is counted twice.
    pub fn balances(&self) -> bool {
        self.sent == self.handled + self.dead_lettered + self.rejected + self.left
    }

    /// What came since `before`.
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
