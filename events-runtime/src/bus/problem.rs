use std::fmt;
use std::io;

use events_core::bind::Missing;
use events_core::event::EventMeta;

/// One reason why a bus could not be built: see [`BuildError::problems`](super::BuildError::problems).
///
/// `Display` writes what is wrong, where, and what to do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BuildProblem {
    /// Handlers ask for something that the bus does not have: state, most often.
    #[non_exhaustive]
    Missing {
        /// What they ask for, in words: "no state of type `Shop`".
        what: String,
        /// All handlers that ask for it, by path.
        asked_by: Vec<Missing>,
    },
    /// The builder was given two values of state of one type.
    #[non_exhaustive]
    StateTwice {
        /// The name of the type.
        type_name: &'static str,
    },
    /// Two events have the same name and version.
    #[non_exhaustive]
    SameName {
        /// The one that was found first.
        first: &'static EventMeta,
        /// The other one.
        second: &'static EventMeta,
    },
    /// No handler of a crate is in the program that
    /// [`expect_handlers_from`](super::BusBuilder::expect_handlers_from) names.
    #[non_exhaustive]
    AbsentCrate {
        /// The crate, as it was given.
        name: String,
    },
    /// A test names a handler that is not there.
    #[non_exhaustive]
    UnknownHandler {
        /// The path, as it was given.
        path: String,
    },
    /// An event names a lane that the bus does not have.
    #[non_exhaustive]
    UnknownLane {
        /// The event.
        event: &'static EventMeta,
        /// The lanes of the bus.
        known: Vec<String>,
    },
    /// An event has `async` handlers, and the lane that it names has no runtime for them.
    #[non_exhaustive]
    LaneWithoutRuntime {
        /// The event.
        event: &'static EventMeta,
    },
    /// Dead letters have `async` handlers, and no lane has a runtime for them.
    #[non_exhaustive]
    LettersWithoutRuntime {
        /// The event [`DeadLetter`](crate::lane::DeadLetter).
        event: &'static EventMeta,
    },
    /// Two lanes have the same name.
    #[non_exhaustive]
    LaneTwice {
        /// The name.
        lane: String,
    },
    /// A setting of a lane is out of bounds.
    #[non_exhaustive]
    BadSetting {
        /// The name of the lane.
        lane: String,
        /// Which setting it is, and what its bounds are.
        what: String,
    },
    /// The system would not start the workers of a lane. A send reports it with
    /// [`SendErrorKind::NoWorker`](crate::lane::SendErrorKind::NoWorker).
    #[non_exhaustive]
    NoWorker {
        /// The name of the lane.
        lane: String,
        /// The error of the system.
        kind: io::ErrorKind,
    },
    /// The system has no memory for the queues of a lane. A send reports it with
    /// [`SendErrorKind::NoMemory`](crate::lane::SendErrorKind::NoMemory).
    #[non_exhaustive]
    NoMemory {
        /// The name of the lane.
        lane: String,
    },
}

/// A place in the source that a [`BuildProblem`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProblemPlace {
    /// The path of the handler or event that is defined there.
    pub path: &'static str,
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line in that file, from 1.
    pub line: u32,
}

impl BuildProblem {
    /// The handlers or events that it is about; none where it is about what the builder was given.
    pub fn places(&self) -> Vec<ProblemPlace> {
        let of_event =
            |event: &EventMeta| ProblemPlace { path: event.path, file: event.file, line: event.line };
        match self {
            Self::Missing { asked_by, .. } => asked_by
                .iter()
                .map(|Missing { handler, .. }| ProblemPlace {
                    path: handler.path,
                    file: handler.file,
                    line: handler.line,
                })
                .collect(),
            Self::SameName { first, second } => vec![of_event(first), of_event(second)],
            Self::UnknownLane { event, .. }
            | Self::LaneWithoutRuntime { event }
            | Self::LettersWithoutRuntime { event } => vec![of_event(event)],
            _ => Vec::new(),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        const TOKIO: &str = "with `.tokio(handle)`, of the feature `tokio`";
        match self {
            Self::Missing { asked_by, .. } if asked_by.iter().any(|one| one.error.state().is_some()) => {
                "give it to the builder with `.state(..)`".to_owned()
            }
            Self::Missing { .. } => "supply what the handlers ask for".to_owned(),
            Self::StateTwice { .. } => "a bus has one of each type; wrap one in a type of its own".to_owned(),
            Self::SameName { .. } => "change a name or a version".to_owned(),
            Self::AbsentCrate { name } => {
                format!("add `events::link!({});`", name.replace('-', "_"))
            }
            Self::UnknownHandler { .. } => "give its full path, or the end of it from a `::` on".to_owned(),
            Self::UnknownLane { event, known } => format!(
                "add `.lane(LaneConfig::new(\"{}\"))`, or name one of \"{}\"",
                event.lane.unwrap_or_default(),
                known.join("\", \"")
            ),
            Self::LaneWithoutRuntime { .. } => format!("give the lane one {TOKIO}"),
            Self::LettersWithoutRuntime { .. } => format!("give one of the lanes a runtime {TOKIO}"),
            Self::LaneTwice { .. } => "a name is given once".to_owned(),
            Self::BadSetting { .. } => "choose a value within the bounds".to_owned(),
            Self::NoWorker { .. } => {
                "ask for fewer workers, or let the process have more threads and memory".to_owned()
            }
            Self::NoMemory { .. } => "give it a smaller capacity".to_owned(),
        }
    }
}

impl fmt::Display for BuildProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = self.remedy();
        match self {
            Self::Missing { what, asked_by } => {
                f.write_str(what)?;
                if asked_by.iter().any(|missing| missing.error.state().is_some()) {
                    write!(f, ": {remedy}")?;
                }
                f.write_str("; asked for by")?;
                asked_by.iter().try_for_each(|Missing { handler, .. }| write!(f, "\n      {handler}"))
            }
            Self::StateTwice { type_name } => {
                write!(f, "two values of state of type `{type_name}`: {remedy}")
            }
            Self::SameName { first, second } => write!(
                f,
                "two events are named \"{}\", version {}: {} and {}; {remedy}",
                first.name,
                first.version,
                Located(first),
                Located(second)
            ),
            Self::AbsentCrate { name } => write!(
                f,
                "no handler of the crate `{name}` is in the program: the linker leaves out a crate that nothing names; {remedy}"
            ),
            Self::UnknownHandler { path } => write!(f, "no handler has the path `{path}`: {remedy}"),
            Self::UnknownLane { event, .. } => write!(
                f,
                "the event {} names the lane \"{}\", which the bus does not have: {remedy}",
                Located(event),
                event.lane.unwrap_or_default()
            ),
            Self::LaneWithoutRuntime { event } => write!(
                f,
                "the event {} has `async` handlers, and its lane \"{}\" has no runtime for them: {remedy}",
                Located(event),
                event.lane.unwrap_or_default()
            ),
            Self::LettersWithoutRuntime { event } => write!(
                f,
                "the event {} has `async` handlers, and no lane of the bus has a runtime for them: {remedy}",
                event.path
            ),
            Self::LaneTwice { lane } => write!(f, "two lanes are named \"{lane}\": {remedy}"),
            Self::BadSetting { lane, what } => write!(f, "the lane {lane:?} cannot be made: {what}"),
            Self::NoWorker { lane, kind } => write!(f, "the lane {lane:?} got no worker: {kind}; {remedy}"),
            Self::NoMemory { lane } => {
                write!(f, "the system has no memory for the queues of the lane {lane:?}: {remedy}")
            }
        }
    }
}

/// An event with its place.
struct Located(&'static EventMeta);

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EventMeta { path, file, line, .. } = self.0;
        write!(f, "{path} ({file}:{line})")
    }
}
