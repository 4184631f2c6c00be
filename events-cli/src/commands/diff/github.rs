//! Annotations: the workflow commands of GitHub Actions.

use std::io::Write;

use super::report::{Compatibility, Diff, EventChange, Require};
use super::words::{breaks, required};
use crate::error::Result;
use crate::model::Location;

pub(super) fn write(out: &mut impl Write, diff: &Diff, require: Option<Require>) -> Result<()> {
    for event in &diff.removed {
        let wrong = matches!(require, Some(Require::Backward | Require::Full));
        let level = if wrong { "error" } else { "notice" };
        // Its file may have been removed too, so the annotation names none.
        let message =
            format!("{} was removed: events that were written before can no longer be read", event.path);
        annotate(out, level, None, &format!("{} removed", event.name), &message)?;
    }
    for event in &diff.added {
        let title = format!("{} added", event.name);
        annotate(out, "notice", Some(&event.location), &title, &format!("{} is new", event.path))?;
    }
    for event in &diff.changed {
        let unmet = require.filter(|require| !event.compatibility.meets(*require));
        let level = match (unmet, event.compatibility) {
            (Some(_), _) => "error",
            (None, Compatibility::Full) => "notice",
            (None, _) => "warning",
        };
        let title = match unmet {
            Some(require) => format!("{} is not {}", event.name, required(require)),
            None => format!("{} changed: {}", event.name, event.compatibility),
        };
        annotate(out, level, Some(&event.location), &title, &message(event))?;
    }
    Ok(())
}

fn message(event: &EventChange) -> String {
    let mut lines: Vec<String> = Vec::new();
    for reason in &event.reasons {
        let breaks = breaks(reason.breaks);
        lines.push(match reason.field.as_str() {
            "" => format!("{breaks}: {}", reason.message),
            field => format!("{breaks}: `{field}`: {}", reason.message),
        });
    }
    let names: Vec<&str> = event.changes.iter().map(|change| change.what.as_str()).collect();
    if !names.is_empty() {
        lines.push(format!("changed: {}", names.join(", ")));
    }
    let handlers = &event.handlers;
    let counted = [
        (handlers.added.len(), "added"),
        (handlers.removed.len(), "removed"),
        (handlers.reordered.len(), "reordered"),
        (handlers.changed.len(), "changed"),
    ];
    let counted: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if !counted.is_empty() {
        lines.push(format!("handlers: {}", counted.join(", ")));
    }
    lines.join("\n")
}

fn annotate(
    out: &mut impl Write,
    level: &str,
    place: Option<&Location>,
    title: &str,
    message: &str,
) -> Result<()> {
    write!(out, "::{level} ")?;
    if let Some(Location { file, line, column }) = place {
        write!(out, "file={},line={line},col={column},", property(file))?;
    }
    writeln!(out, "title={}::{}", property(title), data(message))?;
    Ok(())
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
