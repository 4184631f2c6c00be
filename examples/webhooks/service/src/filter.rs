//! Programs talk to each other: what a bot sends is kept from the other handlers.
//!
//! These run first, and `Break` keeps the event from all that would come behind them. The audit trail is no exception:
//! it is about what people do.

use std::ops::ControlFlow;

use events::prelude::*;
use webhooks_events::{IssueChanged, IssueCommented, Notes, PullRequestChanged, User, WorkflowJobChanged};

#[handler(priority = 1000, when = |event| event.sender.is_bot())]
fn issue_by_bot(event: &IssueChanged, notes: Notes<'_>) -> ControlFlow<()> {
    stop(&event.sender, notes)
}

#[handler(priority = 1000, when = |event| event.sender.is_bot())]
fn comment_by_bot(event: &IssueCommented, notes: Notes<'_>) -> ControlFlow<()> {
    stop(&event.sender, notes)
}

#[handler(priority = 1000, when = |event| event.sender.is_bot())]
fn pull_request_by_bot(event: &PullRequestChanged, notes: Notes<'_>) -> ControlFlow<()> {
    stop(&event.sender, notes)
}

#[handler(priority = 1000, when = |event| event.sender.is_bot())]
fn job_by_bot(event: &WorkflowJobChanged, notes: Notes<'_>) -> ControlFlow<()> {
    stop(&event.sender, notes)
}

fn stop(sender: &User, notes: Notes<'_>) -> ControlFlow<()> {
    notes.add(format!("stopped {}", sender.login));
    ControlFlow::Break(())
}
