use std::path::Path;

use super::clean::clean;
use super::error::Error;
use super::program::{FORMAT, Program};

/// Reads a listing that `cargo events list --format json` wrote.
///
/// # Errors
/// If the file cannot be read, is no such listing, or one of a later form than is known here.
pub fn load(path: &Path) -> Result<Program, Error> {
    let wrong = |reason: String| Error { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let mut program: Program = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if program.format > FORMAT {
        let reason = format!(
            "it has form {}, and only forms up to {FORMAT} are known: update `cargo events`",
            program.format
        );
        return Err(wrong(reason));
    }
    clean(&mut program);
    Ok(program)
}
