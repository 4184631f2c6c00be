//! The forms of a report.

mod github;
mod places;
mod sarif;
mod text;

use std::io::Write;

use clap::ValueEnum;

pub(super) use places::Places;

use super::report::Report;
use crate::error::Result;
use crate::output;

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Workflow commands, which GitHub shows as annotations
    Github,
}

/// Writes a report.
pub(super) fn write(out: &mut impl Write, form: Form, report: &Report, places: &Places) -> Result<()> {
    match form {
        Form::Text => text::write(out, report),
        Form::Json => output::json(out, report),
        Form::Sarif => output::json(out, &sarif::document(report, places)),
        Form::Github => github::write(out, report, places),
    }
}
