use std::fmt;

use serde::Serialize;

/// How a target is set up.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Settings {
    /// Events the queue holds.
    pub capacity: usize,
    /// Threads that handle them.
    pub workers: usize,
    /// The most of them, where their number follows the load.
    pub most_workers: usize,
    /// What happens when it is full.
    pub overflow: Overflow,
}

impl Default for Settings {
    fn default() -> Self {
        Self { capacity: 65_536, workers: 1, most_workers: 1, overflow: Overflow::Block }
    }
}

/// What happens when a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// The sender waits.
    Block,
    /// The sender gets the event back.
    Reject,
    /// The event is dropped.
    DropNewest,
    /// The event that waited longest is dropped.
    DropOldest,
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block => "block",
            Self::Reject => "reject",
            Self::DropNewest => "drop-newest",
            Self::DropOldest => "drop-oldest",
        })
    }
}

/// A target cannot be set up as asked.
#[derive(Clone, Debug)]
pub struct Unsupported(pub String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

impl Settings {
    /// How many workers, for people.
    pub fn workers_text(&self) -> String {
        match (self.workers, self.most_workers) {
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} to {most}"),
        }
    }

    /// A number of workers that follows the load is to be had from a lane alone.
    fn fixed_workers(&self, name: &str) -> Result<(), Unsupported> {
        if self.workers == self.most_workers {
            return Ok(());
        }
        Err(Unsupported(format!(
            "{name} has a fixed number of workers: choose `--workers {}`",
            self.most_workers
        )))
    }

    /// Whether to wait or to get events back; nothing else is to be had from a plain channel.
    pub(super) fn of_channel(&self, name: &str) -> Result<bool, Unsupported> {
        self.fixed_workers(name)?;
        match self.overflow {
            Overflow::Block => Ok(true),
            Overflow::Reject => Ok(false),
            other => Err(Unsupported(format!(
                "{name} has no overflow policy `{other}`: choose `--overflow block` or `--overflow reject`"
            ))),
        }
    }

    /// Some channels have one receiver.
    pub(super) fn one_worker(&self, name: &str) -> Result<(), Unsupported> {
        match self.workers {
            1 => Ok(()),
            more => Err(Unsupported(format!("{name} has one receiver, not {more}: choose `--workers 1`"))),
        }
    }
}
