use core::fmt;

/// Where a section is not what the format says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// The byte of the section at which it was seen, from 0.
    pub offset: usize,
    /// What was seen.
    pub problem: Problem,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It ends before what it announces does.
    Truncated,
    /// There is something else where one should begin.
    NoRecord,
    /// It is of a version of the format that is not known here.
    Version(u8),
    /// A text is not UTF-8.
    Text,
    /// A number has too many bits for what it counts.
    Number,
    /// Ids that are not 16 bytes each, or not as many as the record needs.
    Ids,
    /// A record lacks something that every record has.
    Missing(&'static str),
}

impl Problem {
    pub(super) fn at(self, offset: usize) -> Error {
        Error { offset, problem: self }
    }
}

impl Error {
    /// Counts from the start of what holds it.
    pub(super) fn within(self, start: usize) -> Self {
        Self { offset: self.offset + start, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("a record ends too early"),
            Self::NoRecord => f.write_str("there is no record where one should begin"),
            Self::Version(version) => write!(
                f,
                "a record has version {version} of the format, and only version {} is known here",
                crate::VERSION
            ),
            Self::Text => f.write_str("a text is not UTF-8"),
            Self::Number => f.write_str("a number is too large"),
            Self::Ids => f.write_str("the identities of types have the wrong length"),
            Self::Missing(what) => write!(f, "a record lacks {what}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.problem)
    }
}

impl core::error::Error for Error {}
