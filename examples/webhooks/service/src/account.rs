//! What became of each line. No line gets lost: the parts add up to the lines read, and the program ends badly if not.

use std::collections::BTreeMap;

use events::Outcome;
use events::handler::HandlerMeta;
use events::outcome::{Failure, Stop};

/// What became of one line.
pub(crate) enum Fate {
    Blank,
    Undecodable(String),
    WithoutType { kind: String },
    Emitted { kind: &'static str, outcome: Outcome },
}

/// The lines of each kind.
pub type Kinds = BTreeMap<String, Vec<u64>>;

/// What became of all lines.
#[derive(Debug, Default)]
pub struct Account {
    /// Lines read.
    pub lines: u64,
    /// Lines with nothing on them.
    pub blank: u64,
    /// Lines whose event at least one handler ran for.
    pub dispatched: u64,
    /// Those of them that a handler kept from the rest.
    pub stopped: u64,
    /// Events that no handler wanted.
    pub not_wanted: Kinds,
    /// Webhooks of kinds that are no event here.
    pub without_type: Kinds,
    /// Lines that could not be decoded.
    pub undecodable: Vec<Undecodable>,
    /// Handlers that failed. Their events are dispatched all the same.
    pub failures: Vec<HandlerFailure>,
}

/// A line that could not be decoded.
#[derive(Debug)]
pub struct Undecodable {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// A handler that failed.
#[derive(Debug)]
pub struct HandlerFailure {
    /// The line of the input, from 1.
    pub line: u64,
    /// The handler.
    pub handler: Option<&'static HandlerMeta>,
    /// Its full path.
    pub name: &'static str,
    /// Where it stands in the source: file and line.
    pub place: (&'static str, u32),
    /// What it says.
    pub message: String,
}

impl HandlerFailure {
    fn new(line: u64, failure: &Failure) -> Self {
        Self {
            line,
            handler: failure.handler(),
            name: failure.name(),
            place: (failure.file(), failure.line()),
            message: failure.to_string(),
        }
    }
}

impl Account {
    pub(crate) fn line(&mut self, line: u64, fate: Fate) {
        self.lines += 1;
        match fate {
            Fate::Blank => self.blank += 1,
            Fate::Undecodable(reason) => self.undecodable.push(Undecodable { line, reason }),
            Fate::WithoutType { kind } => self.without_type.entry(kind).or_default().push(line),
            Fate::Emitted { kind, outcome } if outcome.ran() == 0 => {
                self.not_wanted.entry(kind.to_owned()).or_default().push(line);
            }
            Fate::Emitted { outcome, .. } => {
                self.dispatched += 1;
                self.stopped += u64::from(outcome.stopped() == Some(Stop::Break));
                self.failures
                    .extend(outcome.failures().iter().map(|failure| HandlerFailure::new(line, failure)));
            }
        }
    }

    /// How often a handler failed.
    pub(crate) fn failures_of(&self, handler: &HandlerMeta) -> usize {
        let is_it =
            |failure: &&HandlerFailure| failure.handler.is_some_and(|other| std::ptr::eq(other, handler));
        self.failures.iter().filter(is_it).count()
    }

    /// Whether every line is accounted for.
    pub fn balances(&self) -> bool {
        let parts = [
            self.dispatched,
            count(&self.not_wanted),
            count(&self.without_type),
            self.undecodable.len() as u64,
            self.blank,
        ];
        self.lines == parts.iter().sum::<u64>()
    }
}

/// How many lines there are of all kinds.
pub(crate) fn count(kinds: &Kinds) -> u64 {
    kinds.values().map(|lines| lines.len() as u64).sum()
}
