//! The report: what each handler did, what came of it, and the account of all lines.

use std::io::{self, Write};

use events::handler::HandlerMeta;
use events::{Bus, registry};
use webhooks_events::{Journal, Note};

use crate::account::{Account, Kinds, count};
use crate::announce::Announcer;
use crate::audit::AuditTrail;
use crate::columns::{Align, Columns, few, short};
use crate::statistics::Statistics;

/// How many of a long list are shown.
const SHOWN: usize = 8;
/// The package whose handlers decide on labels. The report knows its notes, and nothing else of it.
const LABEL_RULES: &str = "webhooks-labels";

pub(crate) fn write(out: &mut impl Write, bus: &Bus, account: &Account) -> io::Result<()> {
    if let Some(journal) = bus.state::<Journal>() {
        handlers(out, journal, account)?;
        labels(out, journal)?;
    }
    if let Some(announcer) = bus.state::<Announcer>() {
        announcements(out, announcer)?;
    }
    if let Some(statistics) = bus.state::<Statistics>() {
        repositories(out, statistics)?;
    }
    if let Some(trail) = bus.state::<AuditTrail>() {
        audit(out, trail)?;
    }
    failures(out, account)?;
    kinds(out, "Events no handler wanted", &account.not_wanted)?;
    kinds(out, "Kinds without an event type", &account.without_type)?;
    undecodable(out, account)?;
    balance(out, account)
}

/// All handlers that are linked into the program, event by event, in the order in which they run.
fn handlers(out: &mut impl Write, journal: &Journal, account: &Account) -> io::Result<()> {
    let mut columns = Columns::new([
        ("handler", Align::Left),
        ("event", Align::Left),
        ("priority", Align::Right),
        ("runs", Align::Right),
        ("failed", Align::Right),
        ("what it did last", Align::Left),
    ]);
    let mut handlers: Vec<&HandlerMeta> = registry().handlers().collect();
    // Stable: the handlers of one event stay in dispatch order.
    handlers.sort_by_key(|handler| handler.event.name);
    for handler in handlers {
        let page = journal.page(handler);
        columns.row([
            handler.path.to_owned(),
            handler.event.name.to_owned(),
            handler.priority.to_string(),
            page.runs().to_string(),
            account.failures_of(handler).to_string(),
            page.last().map(|note| short(&note.text, 48)).unwrap_or_default(),
        ]);
    }
    writeln!(out, "Handlers")?;
    columns.write(out)
}

fn labels(out: &mut impl Write, journal: &Journal) -> io::Result<()> {
    let rules = registry().handlers().filter(|handler| handler.package == LABEL_RULES);
    let mut notes: Vec<Note> = rules.flat_map(|handler| journal.page(handler).notes()).collect();
    notes.sort_by_key(|note| note.line);
    title(out, "Label decisions", notes.len(), SHOWN)?;
    for note in last(&notes) {
        writeln!(out, "  line {}: {}", note.line, short(&note.text, 80))?;
    }
    Ok(())
}

fn announcements(out: &mut impl Write, announcer: &Announcer) -> io::Result<()> {
    let said = announcer.said();
    title(out, "Announcements", said.len(), SHOWN)?;
    last(&said).iter().try_for_each(|text| writeln!(out, "  {}", short(text, 100)))
}

fn repositories(out: &mut impl Write, statistics: &Statistics) -> io::Result<()> {
    let (top, all) = statistics.top(SHOWN);
    title(out, "Repositories", all, SHOWN)?;
    if top.is_empty() {
        return Ok(());
    }
    let mut columns = Columns::new([
        ("repository", Align::Left),
        ("pushes", Align::Right),
        ("refs", Align::Right),
        ("pull requests", Align::Right),
        ("issues", Align::Right),
        ("comments", Align::Right),
        ("forks", Align::Right),
        ("builds", Align::Right),
        ("stars", Align::Right),
    ]);
    for (name, counts) in top {
        let numbers = [
            counts.pushes,
            counts.refs,
            counts.pull_requests,
            counts.issues,
            counts.comments,
            counts.forks,
            counts.builds,
            counts.stars,
        ];
        let [pushes, refs, pull_requests, issues, comments, forks, builds, stars] =
            numbers.map(|n| n.to_string());
        columns.row([short(&name, 60), pushes, refs, pull_requests, issues, comments, forks, builds, stars]);
    }
    columns.write(out)
}

fn audit(out: &mut impl Write, trail: &AuditTrail) -> io::Result<()> {
    let (tail, all) = trail.tail(SHOWN);
    title(out, "Audit trail", all, SHOWN)?;
    for entry in tail {
        writeln!(out, "  {}  {} {}", entry.trace, short(&entry.who, 40), short(&entry.what, 90))?;
    }
    Ok(())
}

fn failures(out: &mut impl Write, account: &Account) -> io::Result<()> {
    title(out, "Failures of handlers", account.failures.len(), usize::MAX)?;
    for failure in &account.failures {
        let (file, at) = failure.place;
        let message = short(&failure.message, 200);
        writeln!(out, "  line {}: {} ({file}:{at}): {message}", failure.line, failure.name)?;
    }
    Ok(())
}

fn kinds(out: &mut impl Write, what: &str, kinds: &Kinds) -> io::Result<()> {
    title(out, what, kinds.len(), usize::MAX)?;
    if kinds.is_empty() {
        return Ok(());
    }
    let mut columns = Columns::new([("kind", Align::Left), ("count", Align::Right), ("lines", Align::Left)]);
    for (kind, lines) in kinds {
        columns.row([short(kind, 60), lines.len().to_string(), few(lines)]);
    }
    columns.write(out)
}

fn undecodable(out: &mut impl Write, account: &Account) -> io::Result<()> {
    title(out, "Lines that could not be decoded", account.undecodable.len(), usize::MAX)?;
    for line in &account.undecodable {
        writeln!(out, "  line {}: {}", line.line, short(&line.reason, 200))?;
    }
    Ok(())
}

fn balance(out: &mut impl Write, account: &Account) -> io::Result<()> {
    let Account { lines, blank, dispatched, stopped, .. } = account;
    let (not_wanted, without_type) = (count(&account.not_wanted), count(&account.without_type));
    let undecodable = account.undecodable.len();
    let equals = if account.balances() { "=" } else { "DOES NOT EQUAL" };
    let noun = if *lines == 1 { "line" } else { "lines" };
    writeln!(out)?;
    writeln!(
        out,
        "{lines} {noun} {equals} {dispatched} dispatched ({stopped} stopped by a handler) + {not_wanted} not wanted \
         + {without_type} without an event type + {undecodable} undecodable + {blank} blank"
    )
}

/// A heading that says how many there are, and how many of them are shown.
fn title(out: &mut impl Write, what: &str, all: usize, shown: usize) -> io::Result<()> {
    if all > shown {
        writeln!(out, "\n{what}: {all}, of which {shown}")
    } else {
        writeln!(out, "\n{what}: {all}")
    }
}

fn last<T>(list: &[T]) -> &[T] {
    &list[list.len().saturating_sub(SHOWN)..]
}
