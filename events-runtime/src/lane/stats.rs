use std::fmt;
use std::ops::RangeInclusive;

use super::shutdown::Account;

/// What a lane is like now: its getters in one reading. Returned by [`LaneHandle::stats`](crate::LaneHandle::stats).
///
/// The depth, the workers, the pause and the account are of one moment; the other numbers are read right after it.
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
    /// How many events wait, over all urgencies: see [`LaneHandle::depth`](crate::LaneHandle::depth).
    pub depth: usize,
    /// How many events of each urgency may wait in the queue.
    pub capacity: usize,
    /// How many workers the lane is to have now.
    pub workers: usize,
    /// Within which the number of workers follows the load; of one number where it is fixed.
    pub worker_range: RangeInclusive<usize>,
    /// Whether it is paused.
    pub is_paused: bool,
    /// What became of all that was sent to it.
    pub account: Account,
    /// How many circuit breakers are open.
    pub open_breakers: usize,
    /// How many synchronous handlers took longer than their `timeout` at least once.
    pub slow_handlers: usize,
    /// How often code of the program panicked outside of its handlers.
    pub isolated_panics: u64,
    /// How many workers ended by a panic of this library's own code, and were replaced.
    pub worker_deaths: u64,
    /// How often a worker could not be started when the load asked for one more.
    pub failed_starts: u64,
}

/// One line: what waits, the workers, the account, and whatever is not as it should be.
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

/// A number of things, and what one of them is called.
struct Count(u64, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, what) = self;
        write!(f, "{number} {what}{}", if *number == 1 { "" } else { "s" })
    }
}
