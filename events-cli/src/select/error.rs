use std::path::PathBuf;

/// Why there is no program to look at.
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
    /// What cargo says cannot be read.
    #[error("cannot read what cargo says: {0}")]
    Messages(std::io::Error),
    /// Cargo cannot list the packages.
    #[error("cannot learn from cargo which packages there are: {0}")]
    Packages(#[from] cargo_metadata::Error),
    /// The build failed; cargo has said why.
    #[error("the build failed: mend what cargo says above, or name a binary that is built")]
    Failed,
    /// The package has no program.
    #[error("cargo built no program: choose one with `--bin`, `--example` or `-p`, or name a binary")]
    Nothing,
    /// The package has more than one program.
    #[error("cargo built {} programs: choose one with {}", names.len(), names.join(" or "))]
    Several {
        /// The options that choose each.
        names: Vec<String>,
    },
}
