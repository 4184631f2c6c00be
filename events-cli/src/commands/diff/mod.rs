//! `cargo events diff`

mod changes;
mod compare;
mod explain;
mod github;
mod handlers;
mod pair;
mod report;
mod text;
mod words;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

pub use compare::compare;
pub use report::{
    Change, Compatibility, Diff, Direction, EventChange, EventNote, HandlerChange, HandlerChanges,
    HandlerNote, Moved, Reason, Require,
};

use crate::error::Result;
use crate::model::{self, Program};
use crate::{Exit, binary, output};

const RULES: &str = "\
An event is the same one if its name is; else if its path is. What a change of its fields means:
  BACKWARD  the new program can read what the old one wrote
  FORWARD   the old program can read what the new one writes
  FULL      both
  NONE      neither
These are the rules of Avro and Confluent's registry, for what serde writes with names (JSON, CBOR): a field may come if it
is an `Option` or has `#[serde(default)]`; one that the other side needs must not go; whole numbers may grow and become
floats; an enum may lose no variant that is still written. Types from elsewhere are known by name alone.

Exit codes: 0, 1 if --require is not met, 2 if something cannot be read.";

/// Arguments of `diff`.
#[derive(clap::Args, Debug)]
#[command(after_help = RULES)]
pub struct Args {
    /// The binary, or saved `list --format json`, to compare with
    old: PathBuf,
    /// The binary, or saved `list --format json`, that is compared
    new: PathBuf,
    /// Exit with code 1 unless every event that changed has this compatibility; a removed event is not backward compatible
    #[arg(long, value_enum, value_name = "HOW")]
    require: Option<Require>,
    /// The form of the result
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Form,
}

/// The form of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// Annotations for a run of GitHub Actions
    Github,
}

impl Args {
    /// Compares.
    ///
    /// # Errors
    /// If one of the two cannot be read, or the result cannot be written.
    pub fn run(self) -> Result<Exit> {
        let diff = compare(&read(&self.old)?, &read(&self.new)?);
        let unmet = self.require.map_or(0, |require| diff.unmet(require).count());
        let mut out = output::stdout();
        match self.format {
            Form::Text => text::write(&mut out, &diff, self.require)?,
            Form::Json => output::json(&mut out, &diff)?,
            Form::Github => github::write(&mut out, &diff, self.require)?,
        }
        out.flush()?;
        Ok(if unmet == 0 { Exit::Fine } else { Exit::Findings })
    }
}

/// Reads a binary or a saved listing.
fn read(path: &Path) -> Result<Program> {
    if is_listing(path) { Ok(model::load(path)?) } else { Ok(binary::read(path)?) }
}

/// Whether the file begins like JSON. `false` if it cannot be opened, which the reader then reports.
fn is_listing(path: &Path) -> bool {
    use std::io::Read;
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(64).read_to_end(&mut start));
    read.is_ok() && matches!(start.trim_ascii_start().first(), Some(b'{' | b'['))
}
