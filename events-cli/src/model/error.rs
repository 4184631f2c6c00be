use std::path::PathBuf;

/// Why a saved listing cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} is not a listing of `cargo events list --format json`: {reason}", path.display())]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}
