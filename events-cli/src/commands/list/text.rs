use std::io::Write;

use crate::error::Result;
use crate::model::{Event, Handler, Program};
use crate::output::style::{FAINT, HEADING, NAME, NOTICE};

/// The greatest width to which paths are aligned.
const WIDEST: usize = 60;

pub(super) fn write(out: &mut impl Write, program: &Program) -> Result<()> {
    for event in &program.events {
        write_event(out, event)?;
        writeln!(out)?;
    }
    if !program.elsewhere.is_empty() {
        writeln!(out, "{HEADING}of events that are not in this binary{HEADING:#}")?;
        write_handlers(out, &program.elsewhere)?;
        writeln!(out)?;
    }
    if !program.for_all.is_empty() {
        writeln!(out, "{HEADING}of all events{HEADING:#}")?;
        write_handlers(out, &program.for_all)?;
        writeln!(out)?;
    }
    let (events, handlers) = (program.events.len(), program.handlers().count());
    writeln!(out, "{}, {}", counted(events, "event"), counted(handlers, "handler"))?;
    Ok(())
}

fn write_event(out: &mut impl Write, event: &Event) -> Result<()> {
    write!(out, "{HEADING}{}{HEADING:#}", event.name)?;
    if event.name != event.path {
        write!(out, "  {}", event.path)?;
    }
    for note in event_notes(event) {
        write!(out, "  {note}")?;
    }
    writeln!(out, "  {FAINT}{}{FAINT:#}", event.location)?;
    if let Some(first) = event.docs.as_deref().and_then(|docs| docs.lines().next()) {
        writeln!(out, "  {FAINT}{first}{FAINT:#}")?;
    }
    if !event.fields.is_empty() {
        let each = event.fields.iter().map(|field| match &field.ty {
            Some(ty) => format!("{}: {ty}", field.name),
            None => field.name.clone(),
        });
        writeln!(out, "  fields {}", each.collect::<Vec<_>>().join(", "))?;
    }
    match (event.handlers.is_empty(), event.unhandled_allowed) {
        (false, _) => write_handlers(out, &event.handlers),
        (true, true) => Ok(writeln!(out, "  no handlers (allowed)")?),
        (true, false) => Ok(writeln!(out, "  {NOTICE}no handlers{NOTICE:#}")?),
    }
}

fn event_notes(event: &Event) -> Vec<String> {
    let mut notes = vec![format!("v{}", event.version)];
    notes.extend(event.key.as_ref().map(|key| format!("key {key}")));
    notes.extend(event.lane.as_ref().map(|lane| format!("lane {lane}")));
    notes.extend(event.urgency.as_ref().map(|urgency| format!("urgency {urgency}")));
    notes.extend(event.is_async.then(|| "async".to_owned()));
    notes
}

fn write_handlers(out: &mut impl Write, handlers: &[Handler]) -> Result<()> {
    let width = |handler: &Handler| handler.path.chars().count();
    let widest = handlers.iter().map(width).filter(|&width| width <= WIDEST).max().unwrap_or(0);
    let digits = handlers.len().to_string().len().max(2);
    for (index, handler) in handlers.iter().enumerate() {
        let padding = widest.saturating_sub(width(handler));
        write!(out, "  {:>digits$} {NAME}{}{NAME:#}{:padding$}", index + 1, handler.path, "")?;
        for note in handler_notes(handler) {
            write!(out, "  {note}")?;
        }
        writeln!(out, "  {FAINT}{}{FAINT:#}", handler.location)?;
    }
    Ok(())
}

fn handler_notes(handler: &Handler) -> Vec<String> {
    let mut notes = Vec::new();
    if handler.priority != 0 {
        notes.push(format!("priority {}", handler.priority));
    }
    notes.extend(handler.is_async.then(|| "async".to_owned()));
    notes.extend(handler.condition.as_ref().map(|condition| format!("when {condition}")));
    let mut states: Vec<&str> = handler.state().map(|state| state.name.as_str()).collect();
    states.dedup();
    if !states.is_empty() {
        notes.push(format!("state {}", states.join(", ")));
    }
    notes.extend(handler.concurrent.then(|| "concurrent".to_owned()));
    notes.extend(handler.may_stop.then(|| "may stop".to_owned()));
    if !handler.emits.is_empty() {
        let emits: Vec<&str> = handler.emits.iter().map(|emits| emits.written.as_str()).collect();
        notes.push(format!("emits {}", emits.join(", ")));
    }
    for (name, value) in [
        ("retry", &handler.retry),
        ("timeout", &handler.timeout),
        ("breaker", &handler.breaker),
        ("batch", &handler.batch),
    ] {
        notes.extend(value.as_ref().map(|value| format!("{name} {value}")));
    }
    notes.extend(handler.group.as_ref().map(|_| "fused".to_owned()));
    notes
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
