use std::io::Write;

use super::report::{Change, Compatibility, Diff, EventChange, EventNote, HandlerChanges, Require};
use super::words::{breaks, required};
use crate::error::Result;
use crate::output::style::{FAINT, HEADING, NAME, NOTICE, RIGHT, WRONG};

pub(super) fn write(out: &mut impl Write, diff: &Diff, require: Option<Require>) -> Result<()> {
    for event in &diff.removed {
        note(out, event, '-', "removed")?;
    }
    for event in &diff.added {
        note(out, event, '+', "added")?;
    }
    for event in &diff.changed {
        change(out, event)?;
    }
    if !diff.elsewhere.is_empty() {
        writeln!(out, "{HEADING}of events that are not in this binary{HEADING:#}")?;
        handlers(out, &diff.elsewhere)?;
        writeln!(out)?;
    }
    if diff.is_empty() {
        writeln!(out, "no differences")?;
        return Ok(());
    }
    writeln!(
        out,
        "events: {} added, {} removed, {} changed; compatibility {}",
        diff.added.len(),
        diff.removed.len(),
        diff.changed.len(),
        diff.compatibility
    )?;
    if let Some(require) = require {
        let unmet: Vec<&str> = diff.unmet(require).collect();
        if !unmet.is_empty() {
            writeln!(out, "{WRONG}not {}{WRONG:#}: {}", required(require), unmet.join(", "))?;
        }
    }
    Ok(())
}

fn note(out: &mut impl Write, event: &EventNote, sign: char, what: &str) -> Result<()> {
    let style = if sign == '+' { RIGHT } else { WRONG };
    let handlers = match event.handlers {
        1 => "1 handler".to_owned(),
        number => format!("{number} handlers"),
    };
    writeln!(
        out,
        "{style}{sign} {}{style:#}  {what}, {handlers}  {FAINT}{}{FAINT:#}",
        event.name, event.location
    )?;
    writeln!(out)?;
    Ok(())
}

fn change(out: &mut impl Write, event: &EventChange) -> Result<()> {
    let style = match event.compatibility {
        Compatibility::Full => RIGHT,
        Compatibility::None => WRONG,
        _ => NOTICE,
    };
    write!(out, "{HEADING}{}{HEADING:#}", event.name)?;
    writeln!(out, "  {style}{}{style:#}  {FAINT}{}{FAINT:#}", event.compatibility, event.location)?;
    for one in &event.changes {
        writeln!(out, "  {}", line(one))?;
    }
    for reason in &event.reasons {
        let direction = breaks(reason.breaks);
        let field = if reason.field.is_empty() { String::new() } else { format!(" `{}`:", reason.field) };
        writeln!(out, "  {NOTICE}{direction}{NOTICE:#}:{field} {}", reason.message)?;
    }
    if !event.unknown_types.is_empty() {
        writeln!(out, "  {FAINT}not looked into: {}{FAINT:#}", event.unknown_types.join(", "))?;
    }
    handlers(out, &event.handlers)?;
    writeln!(out)?;
    Ok(())
}

fn handlers(out: &mut impl Write, handlers: &HandlerChanges) -> Result<()> {
    for (style, sign, list) in [(WRONG, '-', &handlers.removed), (RIGHT, '+', &handlers.added)] {
        for handler in list {
            write!(out, "  {style}{sign}{style:#} {NAME}{}{NAME:#}", handler.path)?;
            writeln!(out, "  at {}  {FAINT}{}{FAINT:#}", handler.position, handler.location)?;
        }
    }
    for handler in &handlers.reordered {
        write!(out, "  {NOTICE}>{NOTICE:#} {NAME}{}{NAME:#}", handler.path)?;
        writeln!(out, "  from {} to {}  {FAINT}{}{FAINT:#}", handler.old, handler.new, handler.location)?;
    }
    for handler in &handlers.changed {
        write!(out, "  {NOTICE}~{NOTICE:#} {NAME}{}{NAME:#}", handler.path)?;
        writeln!(out, "  {FAINT}{}{FAINT:#}", handler.location)?;
        for one in &handler.changes {
            writeln!(out, "      {}", line(one))?;
        }
    }
    Ok(())
}

/// `- priority 3`, `+ lane payments`, `~ priority 3 -> 4`.
fn line(change: &Change) -> String {
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("{NOTICE}~{NOTICE:#} {} {old} -> {new}", change.what),
        (Some(old), None) => format!("{WRONG}-{WRONG:#} {} {old}", change.what),
        (None, Some(new)) => format!("{RIGHT}+{RIGHT:#} {} {new}", change.what),
        (None, None) => change.what.clone(),
    }
}
