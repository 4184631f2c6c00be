//! The bounds of a lane's settings.

use std::fmt;

use super::{LaneConfig, Workers};

/// The most events of one urgency that a lane may hold: a power of two, because memory is reserved for a power of two.
pub(crate) const MAX_CAPACITY: usize = 1 << 24;

/// The most workers that a lane may have.
const MAX_WORKERS: usize = 4_096;

/// A setting of a lane that is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadSetting {
    Name,
    Capacity(usize),
    Workers(usize),
    WorkerRange(Workers),
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("its name is empty or has a control character"),
            Self::Capacity(events) => {
                write!(f, "its capacity is {events}, and must be from 1 to {MAX_CAPACITY}")
            }
            Self::Workers(workers) => {
                write!(f, "it asks for {workers} workers, and may have up to {MAX_WORKERS}")
            }
            Self::WorkerRange(Workers { min: 0, max }) => write!(
                f,
                "it asks for 0 to {max} workers, and a number that follows the load is at least 1: write `1..={max}`"
            ),
            Self::WorkerRange(Workers { min, max }) => {
                write!(
                    f,
                    "it asks for {min} to {max} workers, which is no number at all: write `{max}..={min}`"
                )
            }
        }
    }
}

impl LaneConfig {
    /// All that is wrong with the settings.
    pub(crate) fn bad_settings(&self) -> Vec<BadSetting> {
        let mut bad = Vec::new();
        if self.name.is_empty() || self.name.contains(char::is_control) {
            bad.push(BadSetting::Name);
        }
        if !(1..=MAX_CAPACITY).contains(&self.capacity) {
            bad.push(BadSetting::Capacity(self.capacity));
        }
        bad.extend(self.workers.bad_setting());
        bad
    }
}

impl Workers {
    /// The bound that it violates, if any.
    pub(in crate::lane) fn bad_setting(self) -> Option<BadSetting> {
        let Self { min, max } = self;
        match () {
            () if min > max || (min == 0 && max > 0) => Some(BadSetting::WorkerRange(self)),
            () if max > MAX_WORKERS => Some(BadSetting::Workers(max)),
            () => None,
        }
    }
}
