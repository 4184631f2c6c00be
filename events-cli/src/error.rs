use crate::commands::new::error::Error as NewError;
use crate::{binary, model, select};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A binary cannot be read.
    #[error(transparent)]
    Binary(#[from] binary::Error),
    /// It is not clear which program is meant, or it cannot be built.
    #[error(transparent)]
    Select(#[from] select::Error),
    /// Options of `check` contradict each other about one rule.
    #[error("`{rule}` is given to both {first} and {second}: remove one of them")]
    Contradiction {
        /// The rule.
        rule: &'static str,
        /// One option.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A project cannot be made.
    #[error(transparent)]
    New(#[from] NewError),
    /// Results cannot be written.
    #[error("cannot write the result: {0}")]
    Write(#[from] std::io::Error),
    /// A saved listing cannot be read.
    #[error(transparent)]
    Listing(#[from] model::Error),
}

/// The result of a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;
