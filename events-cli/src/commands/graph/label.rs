//! What is written at nodes and lines, whatever the form: names, notes, and how they are kept harmless.

use super::net::{Crate, Detail, Edge, Kind, Leads, Net, Node};
use crate::model::{Event, Handler};

/// Text that cannot do any harm to what shows it: without what steers terminals, ends lines, turns the direction of writing,
/// or must not be in XML.
pub(super) fn clean(text: &str) -> String {
    let harmless = |char: char| match char {
        '\n' | '\r' | '\t' => ' ',
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' => '\u{FFFD}',
        '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
        char if char.is_control() => '\u{FFFD}',
        char => char,
    };
    text.chars().map(harmless).collect()
}

/// What an event's node calls it.
pub(super) fn event_name<'a>(node: &Node<'a>) -> &'a str {
    match node.kind {
        Kind::Event(event) if event.name != event.path => &event.name,
        Kind::Event(event) => within(&event.path, event.crate_name()),
        Kind::Outline(name, _) | Kind::Handlers(name) => name,
        Kind::Handler(handler, _) => &handler.event,
        Kind::Crate => "",
    }
}

/// The name at a node.
pub(super) fn name(net: &Net<'_>, node: &Node<'_>) -> String {
    clean(match node.kind {
        Kind::Event(_) | Kind::Handlers(_) => event_name(node),
        Kind::Outline(name, _) => within(name, net.crates[node.of].name),
        Kind::Handler(handler, _) => within(&handler.path, handler.crate_name()),
        Kind::Crate => net.crates[node.of].name,
    })
}

/// What is told beside the name, in short.
pub(super) fn notes(net: &Net<'_>, node: &Node<'_>) -> Vec<String> {
    let notes = match node.kind {
        Kind::Event(event) => event_notes(net, node, event),
        Kind::Outline(_, reason) => vec![reason.to_owned()],
        Kind::Handler(handler, _) => handler_notes(handler),
        Kind::Handlers(_) => vec![counted(node.handlers.len(), "handler")],
        Kind::Crate => vec![totals(&net.crates[node.of])],
    };
    notes.iter().map(|note| clean(note)).collect()
}

fn event_notes(net: &Net<'_>, node: &Node<'_>, event: &Event) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend((event.version != 1).then(|| format!("v{}", event.version)));
    notes.extend(event.lane.as_ref().map(|lane| format!("lane {lane}")));
    notes.extend(node.is_unhandled().then(|| "no handlers".to_owned()));
    if net.detail == Detail::Events && !node.handlers.is_empty() {
        notes.push(counted(node.handlers.len(), "handler"));
    }
    notes
}

fn handler_notes(handler: &Handler) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend((handler.priority != 0).then(|| format!("priority {}", handler.priority)));
    let words = [
        (handler.condition.is_some(), "when"),
        (handler.may_stop, "may stop"),
        (handler.concurrent, "concurrent"),
        (handler.retry.is_some(), "retry"),
        (handler.batch.is_some(), "batch"),
    ];
    notes.extend(words.into_iter().filter(|(set, _)| *set).map(|(_, word)| word.to_owned()));
    notes
}

/// The place in the source, for a hint.
pub(super) fn hint(net: &Net<'_>, node: &Node<'_>) -> String {
    clean(&match node.kind {
        Kind::Event(event) => format!("{} ({})", event.path, event.location),
        Kind::Outline(name, reason) => format!("{name}: {reason}"),
        Kind::Handler(handler, _) => format!("{} ({})", handler.path, handler.location),
        Kind::Handlers(event) => format!("{} of {event}", counted(node.handlers.len(), "handler")),
        Kind::Crate => net.crates[node.of].name.to_owned(),
    })
}

/// A crate's name; with its version if another has the same.
pub(super) fn crate_name(net: &Net<'_>, of: usize) -> String {
    let one = &net.crates[of];
    let twins = net.crates.iter().filter(|other| other.name == one.name).count();
    clean(&if twins > 1 { format!("{} {}", one.name, one.version) } else { one.name.to_owned() })
}

/// How much of a crate is drawn.
pub(super) fn totals(one: &Crate<'_>) -> String {
    let parts = [(one.events, "event"), (one.handlers, "handler")];
    let parts: Vec<_> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| counted(*number, what)).collect();
    parts.join(", ")
}

/// What is told at a line: the place in the order where there is one, else how many ways it stands for.
pub(super) fn edge(net: &Net<'_>, edge: &Edge) -> Option<String> {
    match (net.nodes[edge.to].kind, edge.kind) {
        (Kind::Handler(_, position), Leads::Dispatch) => Some(position.to_string()),
        // The node itself tells.
        (Kind::Handlers(_), Leads::Dispatch) => None,
        _ => (edge.count > 1).then(|| edge.count.to_string()),
    }
}

/// What a line says in words.
pub(super) fn edge_hint(net: &Net<'_>, edge: &Edge) -> String {
    let [from, to] = [edge.from, edge.to].map(|at| name(net, &net.nodes[at]));
    match (edge.kind, net.detail) {
        (Leads::Dispatch, Detail::Crates) => {
            format!("{to} has {} of events of {from}", counted(edge.count, "handler"))
        }
        (Leads::Emit, Detail::Crates) => {
            format!("{from} says {} of events of {to}", counted(edge.count, "emission"))
        }
        (Leads::Dispatch, _) => format!("{from}, handled by {to}"),
        (Leads::Emit, _) => format!("{from} says it emits {to}"),
    }
}

pub(super) fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A path within its crate.
fn within<'a>(path: &'a str, crate_name: &str) -> &'a str {
    path.strip_prefix(crate_name).and_then(|rest| rest.strip_prefix("::")).unwrap_or(path)
}
