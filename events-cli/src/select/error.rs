use std::path::PathBuf;

/// Why no program was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Cargo cannot be started.
    #[error("cannot run `{}`: {source}", cargo.display())]
    Cargo {
        /// What was run.
        cargo: PathBuf,
        /// Why it cannot be.
        source: std::io::Error,
    },
    /// The messages of cargo cannot be read.
    #[error("cannot read the messages of cargo: {0}")]
    Messages(std::io::Error),
    /// Cargo cannot list the packages.
    #[error("cannot list the packages with cargo: {0}")]
    Packages(#[from] cargo_metadata::Error),
    /// The build failed, and cargo has printed the reason.
    #[error("the build failed: correct the errors that cargo printed above, or name a binary that exists")]
    Failed,
    /// The package has no program.
    #[error("cargo built no program: choose one with `--bin`, `--example` or `-p`, or name a binary")]
    Nothing,
    /// The package has more than one program.
    #[error("cargo built {} programs: choose one with {}", names.len(), names.join(" or "))]
    Several {
        /// The options that select each.
        names: Vec<String>,
    },
}
