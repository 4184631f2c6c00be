use std::fmt;

use serde::Serialize;

/// How a target is set up.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Settings {
    /// How many events the queue can hold.
    pub capacity: usize,
    /// The number of worker threads.
    pub workers: usize,
    /// The greatest number of workers, if it follows the load.
    pub most_workers: usize,
    /// What happens when the queue is full.
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
    /// The event is returned to the sender.
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

/// A target does not support the settings.
#[derive(Clone, Debug)]
pub struct Unsupported(pub String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

impl Settings {
    /// The number of workers as text.
    pub fn workers_text(&self) -> String {
        match (self.workers, self.most_workers) {
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} to {most}"),
        }
    }

    /// Refuses a number of workers that follows the load, which only a lane supports.
    fn fixed_workers(&self, name: &str) -> Result<(), Unsupported> {
        if self.workers == self.most_workers {
            return Ok(());
        }
        Err(Unsupported(format!(
            "{name} has a fixed number of workers: choose `--workers {}`",
            self.most_workers
        )))
    }

    /// Whether the sender waits or gets the event back. A plain channel supports nothing else.
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

    /// Refuses more than one worker, for channels with one receiver.
    pub(super) fn one_worker(&self, name: &str) -> Result<(), Unsupported> {
        match self.workers {
            1 => Ok(()),
            more => Err(Unsupported(format!("{name} has one receiver, not {more}: choose `--workers 1`"))),
        }
    }
}
