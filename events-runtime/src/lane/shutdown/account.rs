use std::fmt;
use std::ops::Add;

/// What became of all events that were sent: `sent = handled + dead_lettered + rejected + left`.
///
/// The sum holds at any time, also while senders and workers run: each lane is counted at one moment. Accounts can be added.
/// Returned by [`Bus::account`](crate::Bus::account), [`Bus::lane_accounts`](crate::Bus::lane_accounts) and
/// [`LaneHandle::account`](crate::LaneHandle::account).
///
/// ```
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct Tick;
/// #[handler]
/// fn on_tick(_: &Tick) {}
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(Tick).unwrap();
/// let account = bus.shutdown(Duration::from_secs(5)).account;
/// assert_eq!((account.sent, account.handled, account.left), (1, 1, 0));
/// assert!(account.balances());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Events that were sent: also those that were returned in an error, and dead letters that were sent again.
    pub sent: u64,
    /// Events for which every handler that was to run has succeeded, be it after retries.
    pub handled: u64,
    /// Events that became dead letters: at least one handler gave them up, or a full lane dropped them.
    pub dead_lettered: u64,
    /// Events that were returned to the sender in an error.
    pub rejected: u64,
    /// Events that wait or are being handled now; after a shutdown, those that it left.
    pub left: u64,
}

impl Account {
    /// Whether the sum holds: every event that was sent is accounted for. It always should be; tests can assert it.
    pub fn balances(&self) -> bool {
        self.sent == self.handled + self.dead_lettered + self.rejected + self.left
    }
}

impl Add for Account {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            handled: self.handled + other.handled,
            dead_lettered: self.dead_lettered + other.dead_lettered,
            rejected: self.rejected + other.rejected,
            left: self.left + other.left,
        }
    }
}

/// One line: `1000 sent = 990 handled + 6 dead-lettered + 4 rejected + 0 left`.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, handled, dead_lettered, rejected, left } = self;
        let sign = if self.balances() { "=" } else { "≠" };
        write!(
            f,
            "{sent} sent {sign} {handled} handled + {dead_lettered} dead-lettered + {rejected} rejected + {left} left"
        )
    }
}
