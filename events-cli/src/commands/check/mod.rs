//! `cargo events check`

mod forms;
mod levels;
mod report;
mod rule;
mod rules;
mod subject;

use std::io::Write;

pub use report::{Finding, NotChecked, Related, Report};
pub use rule::{Level, Rule};

use crate::Exit;
use crate::error::Result;
use crate::output;
use crate::select::Select;
use forms::Form;
use levels::{Levels, Options};
use subject::Subject;

/// Arguments of `check`.
#[derive(clap::Args, Debug)]
#[command(after_help = rule::list())]
pub struct Args {
    #[command(flatten)]
    select: Select,
    /// The form of the report
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Form,
    #[command(flatten)]
    options: Options,
}

impl Args {
    /// Checks.
    ///
    /// # Errors
    /// If there is no program to check, the options contradict one another, or the report cannot be written.
    pub fn run(self) -> Result<Exit> {
        let levels = self.options.levels()?;
        let subject = Subject::find(&self.select, levels.of(Rule::LeftOut).is_some())?;
        let report = apply(&subject, &levels);
        let mut out = output::stdout();
        forms::write(&mut out, self.format, &report, &subject.places)?;
        out.flush()?;
        Ok(if report.count(Level::Error) > 0 { Exit::Findings } else { Exit::Fine })
    }
}

/// Applies all rules that have a level.
fn apply(subject: &Subject, levels: &Levels) -> Report {
    let mut findings = Vec::new();
    let mut not_checked = Vec::new();
    for rule in Rule::ALL {
        let Some(level) = levels.of(rule) else { continue };
        let mut found = rules::follow(rule, subject);
        found.sort_by(|a, b| a.location.cmp(&b.location));
        findings.extend(found.into_iter().map(|found| Finding::new(rule, level, found)));
        not_checked.extend(subject.not_checked(rule).map(|reason| NotChecked { rule, reason }));
    }
    let program = &subject.program;
    Report {
        format: 1,
        events: program.events.len(),
        handlers: program.handlers().count(),
        findings,
        not_checked,
    }
}
