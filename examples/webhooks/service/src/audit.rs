//! The audit trail: who changed what others rely on, with the trace id under which it can be found elsewhere.
//!
//! It runs before the handlers that act on an event, so that what they do is never without its record.

use std::sync::{Mutex, PoisonError};

use events::prelude::*;
use webhooks_events::{
    AdvisoryChanged, MemberChanged, Notes, Pushed, RefDeleted, ReleaseChanged, RepositoryChanged, User,
};

/// The trail, oldest entry first.
#[derive(Debug, Default)]
pub(crate) struct AuditTrail {
    entries: Mutex<Vec<Entry>>,
}

/// One thing that was done.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The trace id of the webhook, if it came with one.
    pub(crate) trace: String,
    /// Who did it.
    pub(crate) who: String,
    /// What was done.
    pub(crate) what: String,
}

impl AuditTrail {
    /// The last entries, oldest first, and how many there are in all.
    pub(crate) fn tail(&self, count: usize) -> (Vec<Entry>, usize) {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        (entries[entries.len().saturating_sub(count)..].to_vec(), entries.len())
    }

    fn record(&self, cx: &Context, notes: Notes<'_>, who: &str, what: String) {
        notes.add(what.as_str());
        let trace = cx.trace().map_or_else(|| "-".to_owned(), |trace| trace.trace_id().to_string());
        let entry = Entry { trace, who: who.to_owned(), what };
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }
}

/// Who did it, where GitHub may not know.
fn name(user: Option<&User>) -> &str {
    user.map_or("(unknown)", |user| user.login.as_str())
}

#[handler(priority = 100)]
fn member_changed(event: &MemberChanged, trail: State<'_, AuditTrail>, notes: Notes<'_>, cx: &Context) {
    let MemberChanged { action, member, repository, sender } = event;
    let what = format!("{action} {} as member of {}", name(member.as_ref()), repository.full_name);
    trail.record(cx, notes, &sender.login, what);
}

#[handler(priority = 100, when = |event| event.action != "edited")]
fn repository_changed(
    event: &RepositoryChanged,
    trail: State<'_, AuditTrail>,
    notes: Notes<'_>,
    cx: &Context,
) {
    let what = format!("{} {}", event.action, event.repository.full_name);
    trail.record(cx, notes, &event.sender.login, what);
}

#[handler(priority = 100)]
fn ref_deleted(event: &RefDeleted, trail: State<'_, AuditTrail>, notes: Notes<'_>, cx: &Context) {
    let what = format!("deleted {} {} of {}", event.ref_type, event.git_ref, event.repository.full_name);
    trail.record(cx, notes, &event.sender.login, what);
}

#[handler(priority = 100, when = |event| event.forced)]
fn history_rewritten(event: &Pushed, trail: State<'_, AuditTrail>, notes: Notes<'_>, cx: &Context) {
    let what = format!("rewrote {} of {}", event.git_ref, event.repository.full_name);
    trail.record(cx, notes, name(event.sender.as_ref()), what);
}

#[handler(priority = 100, when = |event| event.action == "deleted")]
fn release_deleted(event: &ReleaseChanged, trail: State<'_, AuditTrail>, notes: Notes<'_>, cx: &Context) {
    let what = format!("deleted release {} of {}", event.release.tag_name, event.repository.full_name);
    trail.record(cx, notes, &event.sender.login, what);
}

#[handler(priority = 100)]
fn advisory_changed(event: &AdvisoryChanged, trail: State<'_, AuditTrail>, notes: Notes<'_>, cx: &Context) {
    let advisory = &event.security_advisory;
    let what = format!("{} {} ({}): {}", event.action, advisory.ghsa_id, advisory.severity, advisory.summary);
    trail.record(cx, notes, "GitHub", what);
}
