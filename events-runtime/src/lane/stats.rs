use std::fmt;
use std::ops::RangeInclusive;

use super::shutdown::Account;

/// The state of a lane: the values of all its getters in one reading. Returned by
/// [`LaneHandle::stats`](crate::LaneHandle::stats).
///
/// Depth, workers, pause and account are read at one moment, so they fit together. The other numbers are read right after it.
///
/// ```standalone_crate
/// use events::prelude::*;
/// use events::LaneConfig;
///
/// #[event(lane = "mail")]
/// struct Welcome;
/// #[handler]
/// fn send_mail(_: &Welcome) {}
///
/// let bus = Bus::builder().lane(LaneConfig::new("mail").capacity(64).workers(0)).build().unwrap();
/// bus.send(Welcome).unwrap();
/// let stats = bus.lane("mail").unwrap().stats();
/// assert_eq!((stats.depth, stats.account.left, stats.workers), (1, 1, 0));
/// assert_eq!(
///     stats.to_string(),
///     "mail: 1 of 64 waiting, 0 workers; 1 sent = 0 handled + 0 dead-lettered + 0 rejected + 1 left"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaneStats {
    /// The lane's name.
    pub name: String,
    /// How many events wait for their first handler, over all urgencies, delayed ones included: see
    /// [`LaneHandle::depth`](crate::LaneHandle::depth).
    pub depth: usize,
    /// How many events of each urgency may wait in the queue.
    pub capacity: usize,
    /// How many workers the lane should have now.
    pub workers: usize,
    /// The range within which the number of workers follows the load. Both ends are equal if the number is fixed.
    pub worker_range: RangeInclusive<usize>,
    /// Whether the lane is paused.
    pub is_paused: bool,
    /// What became of all events that were sent to the lane.
    pub account: Account,
    /// How many circuit breakers are open.
    pub open_breakers: usize,
    /// How many synchronous handlers took longer than their `timeout` at least once.
    pub slow_handlers: usize,
    /// How often code of the program panicked outside of its handlers. Each panic was isolated.
    pub isolated_panics: u64,
    /// How many workers ended because code of this library panicked, and were replaced.
    pub worker_deaths: u64,
    /// How often the system would not start a worker that the load asked for.
    pub failed_starts: u64,
}

/// One line: how many events wait, the workers, the account, and each further count that is not 0.
impl fmt::Display for LaneStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, depth, capacity, workers, account, .. } = self;
        write!(f, "{name}: {depth} of {capacity} waiting, {}", Count(*workers as u64, "worker"))?;
        if self.is_paused {
            f.write_str(", paused")?;
        }
        write!(f, "; {account}")?;
        let unusual = [
            Count(self.open_breakers as u64, "open breaker"),
            Count(self.slow_handlers as u64, "slow handler"),
            Count(self.isolated_panics, "isolated panic"),
            Count(self.worker_deaths, "worker death"),
            Count(self.failed_starts, "failed start"),
        ];
        let mut unusual = unusual.into_iter().filter(|Count(number, _)| *number > 0);
        unusual.try_for_each(|count| write!(f, "; {count}"))
    }
}

/// A number, with the noun for one.
struct Count(u64, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, what) = self;
        write!(f, "{number} {what}{}", if *number == 1 { "" } else { "s" })
    }
}
