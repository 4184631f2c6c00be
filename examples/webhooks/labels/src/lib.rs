//! Label rules: which labels an issue or a pull request should carry.
//!
//! Nothing in the program calls this crate. It is a dependency, `events::link!(webhooks_labels)` makes the linker take
//! it in, and its handlers are in the tables. They run behind those of the other modules: a label is a comment on what
//! happened, not a part of it.

#![forbid(unsafe_code)]

use events::prelude::*;
use webhooks_events::{IssueChanged, Label, LabelChanged, Notes, PullRequestChanged};

const NEEDS_TRIAGE: &str = "needs triage";
const DOCUMENTATION: &str = "documentation";
const WORK_IN_PROGRESS: &str = "work in progress";

/// Three rules for one event, fused: the bus calls them as one.
#[handlers]
mod pull_requests {
    use super::*;

    #[handler(priority = -10, when = brings_changes)]
    fn size(event: &PullRequestChanged, notes: Notes<'_>) {
        let pull = &event.pull_request;
        let label = match pull.additions + pull.deletions {
            0..10 => "size/XS",
            10..100 => "size/S",
            100..1000 => "size/M",
            _ => "size/L",
        };
        decide(notes, pull.number, &pull.labels, label);
    }

    #[handler(priority = -10, when = brings_changes)]
    fn subject(event: &PullRequestChanged, notes: Notes<'_>) {
        let pull = &event.pull_request;
        if is_about_documentation(&pull.title) {
            decide(notes, pull.number, &pull.labels, DOCUMENTATION);
        }
    }

    #[handler(priority = -10, when = |event| event.pull_request.draft)]
    fn unfinished(event: &PullRequestChanged, notes: Notes<'_>) {
        decide(notes, event.pull_request.number, &event.pull_request.labels, WORK_IN_PROGRESS);
    }

    fn brings_changes(event: &PullRequestChanged) -> bool {
        matches!(event.action.as_str(), "opened" | "reopened" | "ready_for_review" | "synchronize")
    }
}

/// An issue that nobody has looked at yet.
#[handler(priority = -10, when = |event| event.action == "opened" && event.issue.labels.is_empty())]
fn untouched_issue(event: &IssueChanged, notes: Notes<'_>) {
    decide(notes, event.issue.number, &event.issue.labels, NEEDS_TRIAGE);
}

#[handler(priority = -10, when = |event| matches!(event.action.as_str(), "opened" | "edited"))]
fn subject_of_issue(event: &IssueChanged, notes: Notes<'_>) {
    if is_about_documentation(&event.issue.title) {
        decide(notes, event.issue.number, &event.issue.labels, DOCUMENTATION);
    }
}

/// A label these rules give out is gone: they would bring it back.
#[handler(priority = -10, when = |event| event.action == "deleted")]
fn label_gone(event: &LabelChanged, notes: Notes<'_>) -> Result<(), String> {
    let name = event.label.name.as_str();
    if [NEEDS_TRIAGE, DOCUMENTATION, WORK_IN_PROGRESS].contains(&name) {
        return Err(format!(
            "the rules use the label \"{name}\", which {} deleted",
            event.repository.full_name
        ));
    }
    notes.add(format!("\"{name}\" is not ours"));
    Ok(())
}

fn decide(notes: Notes<'_>, number: u64, present: &[Label], label: &str) {
    let has_it = present.iter().any(|present| present.name == label);
    notes.add(if has_it { format!("#{number} has {label}") } else { format!("#{number} gets {label}") });
}

fn is_about_documentation(title: &str) -> bool {
    let title = title.to_lowercase();
    ["readme", "docs", "documentation", "spelling", "typo"].iter().any(|word| title.contains(word))
}
