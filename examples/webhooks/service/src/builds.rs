//! Builds: a run that ended badly is a failure, which the account of the service names.

use std::fmt;

use events::prelude::*;
use webhooks_events::{CheckRunChanged, Notes, WorkflowJobChanged, WorkflowRunChanged};

/// A build that did not end well.
#[derive(Debug)]
enum BadEnd {
    /// It ended like this.
    Concluded { what: String, conclusion: String },
    /// It is said to have ended, but not how.
    Unconcluded { what: String },
}

impl fmt::Display for BadEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Concluded { what, conclusion } => write!(f, "{what} ended in {conclusion}"),
            Self::Unconcluded { what } => write!(f, "{what} is completed without a conclusion"),
        }
    }
}

impl std::error::Error for BadEnd {}

#[handler(when = |event| event.action == "completed")]
fn run_completed(event: &WorkflowRunChanged, notes: Notes<'_>) -> Result<(), BadEnd> {
    let run = &event.workflow_run;
    let name = run.name.as_deref().filter(|name| !name.is_empty()).unwrap_or("workflow");
    let what = format!("\"{name}\" #{} of {}", run.run_number, event.repository.full_name);
    concluded(what, run.conclusion.as_deref(), notes)
}

#[handler(when = |event| event.action == "completed")]
fn job_completed(event: &WorkflowJobChanged, notes: Notes<'_>) -> Result<(), BadEnd> {
    let what = format!("\"{}\" of {}", event.workflow_job.name, event.repository.full_name);
    concluded(what, event.workflow_job.conclusion.as_deref(), notes)
}

#[handler(when = |event| event.action == "completed")]
fn check_completed(event: &CheckRunChanged, notes: Notes<'_>) -> Result<(), BadEnd> {
    let check = &event.check_run;
    let commit = check.head_sha.get(..7).unwrap_or(&check.head_sha);
    let what = format!("\"{}\" of {}@{commit}", check.name, event.repository.full_name);
    concluded(what, check.conclusion.as_deref(), notes)
}

fn concluded(what: String, conclusion: Option<&str>, notes: Notes<'_>) -> Result<(), BadEnd> {
    match conclusion {
        Some(conclusion @ ("success" | "neutral" | "skipped")) => {
            notes.add(format!("{what}: {conclusion}"));
            Ok(())
        }
        Some(conclusion) => Err(BadEnd::Concluded { what, conclusion: conclusion.to_owned() }),
        None => Err(BadEnd::Unconcluded { what }),
    }
}
