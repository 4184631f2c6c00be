//! Why the service ends without having done its work.

use std::path::PathBuf;
use std::{fmt, io};

use events::BuildError;

/// Why the service ends without having done its work.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// It was called with arguments it does not know.
    Usage,
    /// The bus cannot be built: a mistake in the program, not in its input.
    Bus(BuildError),
    /// The file to read cannot be opened.
    Open(PathBuf, io::Error),
    /// The input cannot be read to its end.
    Read(io::Error),
    /// The report cannot be written.
    Write(io::Error),
    /// A line got lost in the service.
    Unbalanced,
}

impl Error {
    /// Whether the reader of the report has seen enough, as `head` does. Nothing is wrong then.
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage => {
                f.write_str("usage: webhooks [FILE | -]\nwithout an argument, a small sample is read")
            }
            Self::Bus(_) => f.write_str("the program is put together wrongly"),
            Self::Open(path, _) => write!(f, "cannot open `{}`", path.display()),
            Self::Read(_) => f.write_str("cannot read the input to its end"),
            Self::Write(_) => f.write_str("cannot write the report"),
            Self::Unbalanced => f.write_str("the account does not balance: a line was lost"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Usage | Self::Unbalanced => None,
            Self::Bus(error) => Some(error),
            Self::Open(_, error) | Self::Read(error) | Self::Write(error) => Some(error),
        }
    }
}
