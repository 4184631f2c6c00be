use std::fmt;
use std::ops::RangeInclusive;

/// How many workers a lane has: a number, or a range within which the number follows the load.
///
/// Made from what [`LaneConfig::workers`](super::LaneConfig::workers) and
/// [`LaneHandle::set_workers`](crate::LaneHandle::set_workers) are given: `4`, or `1..=8`.
///
/// ```
/// use events::lane::Workers;
///
/// assert_eq!(Workers::from(1..=8).to_string(), "1 to 8");
/// assert_eq!(Workers::from(4), Workers::from(4..=4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workers {
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Workers {
    /// Whether the number follows the load.
    pub(in crate::lane) fn is_elastic(self) -> bool {
        self.min < self.max
    }
}

impl From<usize> for Workers {
    fn from(workers: usize) -> Self {
        Self { min: workers, max: workers }
    }
}

impl From<RangeInclusive<usize>> for Workers {
    fn from(range: RangeInclusive<usize>) -> Self {
        let (min, max) = range.into_inner();
        Self { min, max }
    }
}

impl fmt::Display for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { min, max } if min == max => write!(f, "{min}"),
            Self { min, max } => write!(f, "{min} to {max}"),
        }
    }
}
