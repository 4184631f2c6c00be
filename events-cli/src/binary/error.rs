use std::path::{Path, PathBuf};

/// Why a binary cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is not a program.
    #[error("is not a program: neither ELF, Mach-O or PE, nor a library of these")]
    Foreign,
    /// It begins like a program, but is damaged.
    #[error("is damaged: {0}")]
    Damaged(#[from] object::read::Error),
    /// Its record sections are larger than the file.
    #[error("is damaged: its records claim more bytes than the file has")]
    TooLarge,
    /// Its records refer to events with long names so often that a listing would be many times as large as the file.
    #[error("is damaged: its records repeat names until they are many times as large as the file")]
    Repetitive,
    /// Its records do not follow the format.
    #[error("has records that cannot be read: {0}")]
    Records(#[from] events_record::read::Error),
    /// It is a library for link-time optimisation.
    #[error(
        "holds code for link-time optimisation, which cannot be read before it is linked: name the program, or build the \
         library without `lto`"
    )]
    Bitcode,
    /// There are no records in it.
    #[error(
        "has no events: it was built without any, or was built without the feature `metadata` of `events` or with \
         `--cfg events_metadata=\"off\"`, or its events are in a library that it loads at run time"
    )]
    Nothing,
}

impl Problem {
    pub(super) fn of(self, path: &Path) -> Error {
        Error { path: path.to_owned(), problem: self }
    }
}
