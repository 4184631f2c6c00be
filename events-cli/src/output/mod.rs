//! How results are shown: text for people, coloured on a terminal alone, or JSON for programs.

mod color;
mod json;
pub mod style;

use std::io::Write;

use clap::ValueEnum;

pub use color::Color;
pub(crate) use json::compact_json;
pub use json::json;

/// The form of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Standard output; colours are left out where it is no terminal.
pub fn stdout() -> impl Write {
    std::io::BufWriter::new(anstream::stdout().lock())
}

/// Reports on standard error why a command failed.
pub(crate) fn report_error(error: &crate::Error) {
    let mut out = anstream::stderr().lock();
    // It may quote a file name or the contents of a file.
    let error = error.to_string();
    let error = crate::text::lines(&error);
    // An error here means that standard error is closed.
    let _ = writeln!(out, "{}error{:#}: {error}", style::WRONG, style::WRONG);
}
