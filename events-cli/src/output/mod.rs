//! How results are shown: text for people, coloured on a terminal alone, or JSON for programs.

mod color;
pub mod style;

use std::io::Write;

use clap::ValueEnum;
use serde::Serialize;

pub use color::Color;

use crate::error::Result;

/// The form of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Standard output; colours written to it are left out where nobody would see them.
pub fn stdout() -> impl Write {
    std::io::BufWriter::new(anstream::stdout().lock())
}

/// Writes a value as JSON, in lines.
///
/// # Errors
/// If it cannot be written.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

/// Tells on standard error why a command could not do its work.
pub(crate) fn tell_error(error: &crate::Error) {
    let mut out = anstream::stderr().lock();
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(out, "{}error{:#}: {error}", style::WRONG, style::WRONG);
}
