use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use events_core::bind::Missing;
use events_core::event::EventMeta;

use super::problem::BuildProblem;

/// Why a bus could not be built: everything at once.
///
/// `Display` writes a line for each problem, with file and line and what to do. [`problems`](Self::problems) has them as data.
///
/// ```standalone_crate
/// use events::bus::BuildProblem;
/// use events::prelude::*;
///
/// #[event]
/// struct OrderPaid;
/// struct Shop;
///
/// #[handler]
/// fn thank(_: &OrderPaid, _: State<Shop>) {}
///
/// let error = Bus::builder().build().unwrap_err();
/// let problem = error.problems().iter().find(|problem| problem.to_string().contains("Shop")).unwrap();
/// let BuildProblem::Missing { asked_by, .. } = problem else { panic!("{problem}") };
/// assert!(asked_by[0].handler.path.ends_with("::thank"));
/// assert_eq!(problem.places()[0].line, asked_by[0].handler.line);
/// assert_eq!(problem.remedy(), "give it to the builder with `.state(..)`");
/// ```
pub struct BuildError {
    problems: Vec<BuildProblem>,
}

impl BuildError {
    pub(super) fn new(problems: Vec<BuildProblem>) -> Self {
        Self { problems }
    }

    /// All problems, each as data.
    pub fn problems(&self) -> &[BuildProblem] {
        &self.problems
    }

    /// How many problems there are: one at least.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.problems.len()
    }

    /// What handlers ask for and the bus does not have.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.problems.iter().flat_map(|problem| match problem {
            BuildProblem::Missing { asked_by, .. } => asked_by.as_slice(),
            _ => &[],
        })
    }

    /// The crates that were expected and have no handler in the program.
    pub fn absent_crates(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().filter_map(|problem| match problem {
            BuildProblem::AbsentCrate { name } => Some(name.as_str()),
            _ => None,
        })
    }

    /// The pairs of events given the same name and version.
    pub fn same_name(&self) -> impl Iterator<Item = (&'static EventMeta, &'static EventMeta)> {
        self.problems.iter().filter_map(|problem| match problem {
            BuildProblem::SameName { first, second } => Some((*first, *second)),
            _ => None,
        })
    }
}

/// One problem for each missing thing, with all handlers that ask for it, sorted by path.
pub(super) fn by_what_is_missing(missing: Vec<Missing>) -> impl Iterator<Item = BuildProblem> {
    let mut by_words = BTreeMap::<String, Vec<Missing>>::new();
    for one in missing {
        by_words.entry(one.error.to_string()).or_default().push(one);
    }
    by_words.into_iter().map(|(what, mut asked_by)| {
        asked_by.sort_by_key(|missing| missing.handler.path);
        BuildProblem::Missing { what, asked_by }
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

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `unwrap` prints `Debug`, so this has the readable text too.
        write!(f, "BuildError({self})")
    }
}

impl Error for BuildError {}
