use std::path::{Path, PathBuf};

/// Why a project cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder exists already.
    #[error("{} already exists, and nothing is overwritten: choose another folder", path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// No package of that name can depend on `events`.
    #[error("`{name}` cannot be the name of a package that uses `events`: give another with `--name`")]
    Name {
        /// The name.
        name: String,
    },
    /// There is no `events` in the folder that was named.
    #[error("{} has no package `events`: name the folder that holds its Cargo.toml", path.display())]
    NoEvents {
        /// The folder.
        path: PathBuf,
    },
    /// Cargo cannot be started.
    #[error("cannot run `{}`: {source}", cargo.display())]
    Cargo {
        /// What was run.
        cargo: PathBuf,
        /// Why it cannot be.
        source: std::io::Error,
    },
    /// Cargo made no package, and has printed the reason.
    #[error("`cargo new` failed: correct the error that it printed above")]
    Refused,
    /// The manifest that cargo wrote has no place for a dependency.
    #[error("{} has no table `[dependencies]`: add `events` to it by hand", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why it cannot be.
        source: std::io::Error,
    },
}

impl Error {
    pub(super) fn of(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}
