use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use events_core::bind::Missing;
use events_core::event::EventMeta;

use crate::lane::BadSetting;

/// Why a bus could not be built: everything at once.
///
/// `Display` writes a line for each problem, with file and line and what to do.
pub struct BuildError {
    problems: Vec<Problem>,
}

pub(crate) enum Problem {
    /// One thing that is missing, by its words, and all who ask for it.
    Missing(String, Vec<Missing>),
    StateTwice(&'static str),
    SameName(&'static EventMeta, &'static EventMeta),
    AbsentCrate(String),
    UnknownHandler(String),
    UnknownLane {
        event: &'static EventMeta,
        known: Vec<String>,
    },
    LaneWithoutRuntime(&'static EventMeta),
    LettersWithoutRuntime(&'static EventMeta),
    LaneTwice(String),
    BadSetting(String, BadSetting),
}

impl BuildError {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// How many problems there are.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.problems.len()
    }

    /// What handlers ask for in vain.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.problems.iter().flat_map(|problem| match problem {
            Problem::Missing(_, missing) => missing.as_slice(),
            _ => &[],
        })
    }

    /// The crates that were expected and have no handler in the program.
    pub fn absent_crates(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().filter_map(|problem| match problem {
            Problem::AbsentCrate(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The pairs of events given the same name and version.
    pub fn same_name(&self) -> impl Iterator<Item = (&'static EventMeta, &'static EventMeta)> {
        self.problems.iter().filter_map(|problem| match problem {
            Problem::SameName(first, second) => Some((*first, *second)),
            _ => None,
        })
    }
}

/// What is missing, each thing once, with all who ask for it in the order of their paths.
pub(super) fn by_what_is_missing(missing: Vec<Missing>) -> impl Iterator<Item = Problem> {
    let mut by_words = BTreeMap::<String, Vec<Missing>>::new();
    for one in missing {
        by_words.entry(one.error.to_string()).or_default().push(one);
    }
    by_words.into_iter().map(|(what, mut who)| {
        who.sort_by_key(|missing| missing.handler.path);
        Problem::Missing(what, who)
    })
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "the bus cannot be built: {count} {noun}")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what, who) => {
                f.write_str(what)?;
                if who.iter().any(|missing| missing.error.state().is_some()) {
                    f.write_str(": give it to the builder with `.state(..)`")?;
                }
                f.write_str("; asked for by")?;
                who.iter().try_for_each(|Missing { handler, .. }| write!(f, "\n      {handler}"))
            }
            Self::StateTwice(name) => write!(
                f,
                "two values of state of type `{name}`: a bus has one of each type; wrap one in a type of its own"
            ),
            Self::SameName(first, second) => write!(
                f,
                "two events are named \"{}\", version {}: {} ({}:{}) and {} ({}:{}); change a name or a version",
                first.name,
                first.version,
                first.path,
                first.file,
                first.line,
                second.path,
                second.file,
                second.line
            ),
            Self::AbsentCrate(name) => write!(
                f,
                "no handler of the crate `{name}` is in the program: the linker leaves out a crate that nothing names; add `events::link!({});`",
                name.replace('-', "_")
            ),
            Self::UnknownLane { event, known } => {
                let lane = event.lane.unwrap_or_default();
                write!(
                    f,
                    "the event {} ({}:{}) names the lane \"{lane}\", which the bus does not have: add `.lane(LaneConfig::new(\"{lane}\"))`, or name one of \"{}\"",
                    event.path,
                    event.file,
                    event.line,
                    known.join("\", \"")
                )
            }
            Self::LaneWithoutRuntime(event) => write!(
                f,
                "the event {} ({}:{}) has `async` handlers, and its lane \"{}\" has no runtime for them: give the lane one with `.tokio(handle)`, of the feature `tokio`",
                event.path,
                event.file,
                event.line,
                event.lane.unwrap_or_default()
            ),
            Self::LettersWithoutRuntime(event) => write!(
                f,
                "the event {} has `async` handlers, and no lane of the bus has a runtime for them: give one of the lanes a runtime with `.tokio(handle)`, of the feature `tokio`",
                event.path
            ),
            Self::LaneTwice(name) => write!(f, "two lanes are named \"{name}\": a name is given once"),
            Self::BadSetting(name, bad) => write!(f, "the lane {name:?} cannot be made: {bad}"),
            Self::UnknownHandler(path) => {
                write!(
                    f,
                    "no handler has the path `{path}`: give its full path, or the end of it from a `::` on"
                )
            }
        }
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What `unwrap` prints is what a person needs.
        write!(f, "BuildError({self})")
    }
}

impl Error for BuildError {}
