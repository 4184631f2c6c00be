use std::error::Error;
use std::fmt;

use events_core::bind::Missing;
use events_core::event::EventMeta;

/// Why a bus could not be built: everything at once.
///
/// `Display` writes a line for each problem, with file and line and what to do.
pub struct BuildError {
    problems: Vec<Problem>,
}

pub(crate) enum Problem {
    Missing(Missing),
    StateTwice(&'static str),
    SameName(&'static EventMeta, &'static EventMeta),
    AbsentCrate(String),
    UnknownHandler(String),
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
        self.problems.iter().filter_map(|problem| match problem {
            Problem::Missing(missing) => Some(missing),
            _ => None,
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
            Self::Missing(Missing { handler, error }) => {
                write!(f, "{handler}: {error}")?;
                if error.state().is_some() {
                    f.write_str("; give it to the builder with `.state(..)`")?;
                }
                Ok(())
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
