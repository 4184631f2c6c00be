//! Which settings a lane cannot be made of.

use std::fmt;

use super::Lane;

/// The most events of one urgency that a lane may hold: a power of two, as its memory is.
pub(crate) const MAX_CAPACITY: usize = 1 << 24;

/// The most workers that a lane may have.
pub(in crate::lane) const MAX_WORKERS: usize = 4_096;

/// A setting of a lane that is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadSetting {
    Name,
    Capacity(usize),
    Workers(usize),
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
        }
    }
}

impl Lane {
    /// All that is wrong with the settings.
    pub(crate) fn bad_settings(&self) -> Vec<BadSetting> {
        let mut bad = Vec::new();
        if self.name.is_empty() || self.name.contains(char::is_control) {
            bad.push(BadSetting::Name);
        }
        if !(1..=MAX_CAPACITY).contains(&self.capacity) {
            bad.push(BadSetting::Capacity(self.capacity));
        }
        if self.workers.max > MAX_WORKERS {
            bad.push(BadSetting::Workers(self.workers.max));
        }
        bad
    }
}
