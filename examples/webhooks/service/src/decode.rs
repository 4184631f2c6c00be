//! From a line to an event: which type its kind has, and what is wrong with it if it cannot be decoded.

use std::borrow::Cow;

use events::context::{SpanId, TraceContext, TraceId};
use events::event::SyncEvent;
use events::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use webhooks_events as types;

use crate::account::Fate;
use crate::source::Line;

/// A kind of webhook that is an event here.
struct Kind {
    /// GitHub's name of it, which is the name of the event.
    name: &'static str,
    /// Decodes a payload and emits it.
    emit: fn(&str, &Bus, &Context) -> serde_json::Result<Outcome>,
}

macro_rules! kinds {
    ($($event:ident),* $(,)?) => {
        &[$(Kind { name: types::$event::META.name, emit: emit::<types::$event> }),*]
    };
}

/// Each kind, by the type of its event.
const KINDS: &[Kind] = kinds![
    AdvisoryChanged,
    CheckRunChanged,
    DeploymentReported,
    DiscussionChanged,
    IssueChanged,
    IssueCommented,
    LabelChanged,
    MemberChanged,
    MilestoneChanged,
    PullRequestChanged,
    Pushed,
    RefCreated,
    RefDeleted,
    ReleaseChanged,
    RepositoryChanged,
    RepositoryForked,
    ReviewSubmitted,
    StarChanged,
    WorkflowJobChanged,
    WorkflowRunChanged,
];

fn emit<E: SyncEvent + DeserializeOwned>(
    payload: &str,
    bus: &Bus,
    cx: &Context,
) -> serde_json::Result<Outcome> {
    let event: E = serde_json::from_str(payload)?;
    Ok(bus.emit_with(&event, cx))
}

/// A line. The payload stays as it is written until its kind is known.
#[derive(Deserialize)]
struct Webhook<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    payload: &'a RawValue,
    /// The id GitHub gives each delivery, a UUID, where the receiver wrote it down.
    #[serde(borrow, default)]
    delivery: Option<Cow<'a, str>>,
}

/// Decodes and emits what stands on a line.
pub(crate) fn receive(number: u64, line: Line<'_>, bus: &Bus) -> Fate {
    let Line::Bytes(bytes) = line else {
        return Fate::Undecodable("longer than any payload of GitHub".to_owned());
    };
    let line = match std::str::from_utf8(bytes) {
        Ok(line) => line,
        Err(error) => return Fate::Undecodable(format!("not UTF-8 (column {})", error.valid_up_to() + 1)),
    };
    if line.trim().is_empty() {
        return Fate::Blank;
    }
    let webhook: Webhook<'_> = match serde_json::from_str(line) {
        Ok(webhook) => webhook,
        Err(error) => return Fate::Undecodable(reason(&error, 0)),
    };
    let Some(kind) = KINDS.iter().find(|kind| kind.name == webhook.event) else {
        return Fate::WithoutType { kind: webhook.event.into_owned() };
    };
    let payload = webhook.payload.get();
    let cx = context(number, webhook.delivery.as_deref());
    match (kind.emit)(payload, bus, &cx) {
        Ok(outcome) => Fate::Emitted { kind: kind.name, outcome },
        Err(error) => {
            // The payload is a part of the line, so where it begins is the distance of the two.
            let offset = payload.as_ptr().addr() - line.as_ptr().addr();
            Fate::Undecodable(format!("{}: {}", kind.name, reason(&error, offset)))
        }
    }
}

/// What is wrong, with its column on the line. What serde_json tells counts from the front of what it was given.
fn reason(error: &serde_json::Error, offset: usize) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match text.strip_suffix(&place) {
        Some(what) => format!("{what} (column {})", offset + error.column()),
        None => text,
    }
}

/// The trace of a webhook: its delivery is the trace, its line the span. Without a delivery the line is both.
fn context(line: u64, delivery: Option<&str>) -> Context {
    let delivery = delivery.and_then(|id| u128::from_str_radix(&id.replace('-', ""), 16).ok());
    let trace = |id: u128| TraceId::new(id.to_be_bytes());
    match (delivery.and_then(trace).or_else(|| trace(line.into())), SpanId::new(line.to_be_bytes())) {
        (Some(trace), Some(span)) => Context::new().with_trace(TraceContext::new(trace, span, 0)),
        // An id of zeros is none. No line has the number 0.
        _ => Context::new(),
    }
}
