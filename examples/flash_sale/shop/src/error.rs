//! Why a sale is not held.

use std::{fmt, io};

use events::BuildError;
use events::lane::SendErrorKind;

/// Why a sale is not held, or not closed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// It was called with an argument it does not know, or without its number.
    Usage(String),
    /// A sale like this cannot be.
    Bounds {
        /// What is out of bounds.
        what: &'static str,
        /// What it was to be.
        value: usize,
        /// What it has to be at least.
        least: usize,
        /// What it may be at most.
        most: usize,
    },
    /// The shop cannot be opened: a mistake in the program.
    Bus(BuildError),
    /// An order was not taken.
    Send(SendErrorKind),
    /// The report cannot be written.
    Write(io::Error),
    /// The sale was held, and so many figures do not fit together. The report says which.
    NotExact(usize),
}

impl Error {
    /// Whether the reader of the report has seen enough, as `head` does. Nothing is wrong then.
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::Bus(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(argument) => write!(
                f,
                "`{argument}` is unknown or lacks a number\n\
                 usage: flash_sale [--orders N] [--producers N] [--workers N] [--stock N] [--seed N]"
            ),
            Self::Bounds { what, value, least, most } => {
                write!(f, "{what} is {value}, and has to be from {least} to {most}")
            }
            Self::Bus(_) => f.write_str("the shop is put together wrongly"),
            Self::Send(kind) => write!(f, "an order was not taken: {kind}"),
            Self::Write(_) => f.write_str("cannot write the report"),
            Self::NotExact(1) => f.write_str("a figure is not exact"),
            Self::NotExact(figures) => write!(f, "{figures} figures are not exact"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bus(error) => Some(error),
            Self::Write(error) => Some(error),
            Self::Usage(_) | Self::Bounds { .. } | Self::Send(_) | Self::NotExact(_) => None,
        }
    }
}
