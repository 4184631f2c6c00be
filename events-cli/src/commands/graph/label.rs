//! The texts of nodes and edges in all forms: names and notes, safe to show for any program.

use super::net::{Crate, Detail, Edge, Kind, Leads, Net, Node, within_crate};
use crate::model::{Event, Handler};
use crate::text::line;

/// The name of a node.
pub(super) fn name(net: &Net<'_>, node: &Node<'_>) -> String {
    let name = match node.kind {
        Kind::Event(_) | Kind::Handlers(_) => node.event_name(),
        Kind::Outline(name, _) => within_crate(name, net.crates[node.of].name),
        Kind::Handler(handler, _) => within_crate(&handler.path, handler.crate_name()),
        Kind::Crate => net.crates[node.of].name,
    };
    line(name).into_owned()
}

/// Short notes that follow the name.
pub(super) fn notes(net: &Net<'_>, node: &Node<'_>) -> Vec<String> {
    let notes = match node.kind {
        Kind::Event(event) => event_notes(net, node, event),
        Kind::Outline(_, reason) => vec![reason.to_owned()],
        Kind::Handler(handler, _) => handler_notes(handler),
        Kind::Handlers(_) => vec![counted(node.handlers.len(), "handler")],
        Kind::Crate => vec![totals(&net.crates[node.of])],
    };
    notes.iter().map(|note| line(note).into_owned()).collect()
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

/// The place in the source, for a tooltip.
pub(super) fn hint(net: &Net<'_>, node: &Node<'_>) -> String {
    let hint = match node.kind {
        Kind::Event(event) => format!("{} ({})", event.path, event.location),
        Kind::Outline(name, reason) => format!("{name}: {reason}"),
        Kind::Handler(handler, _) => format!("{} ({})", handler.path, handler.location),
        Kind::Handlers(event) => format!("{} of {event}", counted(node.handlers.len(), "handler")),
        Kind::Crate => net.crates[node.of].name.to_owned(),
    };
    line(&hint).into_owned()
}

/// A crate's name, with its version if another crate has the same name.
pub(super) fn crate_name(net: &Net<'_>, of: usize) -> String {
    let Crate { name, version, .. } = net.crates[of];
    // Crates are sorted, so those with one name are neighbours.
    let beside = [of.checked_sub(1), Some(of + 1)].into_iter().flatten();
    let is_twin = beside.filter_map(|at| net.crates.get(at)).any(|other| other.name == name);
    line(&if is_twin { format!("{name} {version}") } else { name.to_owned() }).into_owned()
}

/// How much of a crate is drawn.
pub(super) fn totals(one: &Crate<'_>) -> String {
    let parts = [(one.events, "event"), (one.handlers, "handler")];
    let parts: Vec<_> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| counted(*number, what)).collect();
    parts.join(", ")
}

/// The label of an edge: the position in dispatch order if there is one, otherwise how many edges it represents.
pub(super) fn edge(net: &Net<'_>, edge: &Edge) -> Option<String> {
    match (net.nodes[edge.to].kind, edge.kind) {
        (Kind::Handler(_, position), Leads::Dispatch) => Some(position.to_string()),
        // The node shows the number.
        (Kind::Handlers(_), Leads::Dispatch) => None,
        _ => (edge.count > 1).then(|| edge.count.to_string()),
    }
}

/// The text of an edge's tooltip.
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
