//! Text for Mermaid.

use std::fmt::Write;

use super::label;
use super::net::{Detail, Kind, Leads, Net, Node};

/// The default limits of Mermaid, which GitHub uses.
const MOST_EDGES: usize = 500;
const MOST_CHARACTERS: usize = 50_000;

/// Whether Mermaid with these limits accepts this text.
pub(super) fn is_taken(net: &Net<'_>, text: &str) -> bool {
    net.edges.len() <= MOST_EDGES && text.chars().count() <= MOST_CHARACTERS
}

pub(super) fn write(net: &Net<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    for (of, nodes) in net.by_crate().iter().enumerate() {
        if net.detail == Detail::Crates {
            nodes.iter().for_each(|&at| node(&mut out, "  ", net, at));
            continue;
        }
        line(&mut out, format_args!("  subgraph c{of}[\"{}\"]", escaped(&label::crate_name(net, of))));
        nodes.iter().for_each(|&at| node(&mut out, "    ", net, at));
        line(&mut out, format_args!("  end"));
    }
    for edge in &net.edges {
        let arrow = match edge.kind {
            Leads::Dispatch => "-->",
            Leads::Emit => "-.->",
        };
        let label = label::edge(net, edge).map(|label| format!("|{label}|")).unwrap_or_default();
        line(&mut out, format_args!("  n{} {arrow}{label} n{}", edge.from, edge.to));
    }
    // Colours come from the page, so only exceptions have a style.
    class(&mut out, net, "event", "stroke-width:2px", |node| matches!(node.kind, Kind::Event(_)));
    class(&mut out, net, "unhandled", "stroke:#c33,stroke-width:2px", |node| node.is_unhandled());
    class(&mut out, net, "outline", "stroke-dasharray:4", |node| matches!(node.kind, Kind::Outline(..)));
    out
}

fn node(out: &mut String, indent: &str, net: &Net<'_>, at: usize) {
    let node = &net.nodes[at];
    let (open, close) = match node.kind {
        Kind::Event(_) | Kind::Outline(..) => ("([", "])"),
        Kind::Handlers(_) => ("[[", "]]"),
        Kind::Handler(..) | Kind::Crate => ("[", "]"),
    };
    let mut text = escaped(&label::name(net, node));
    let notes = label::notes(net, node).join(", ");
    if !notes.is_empty() {
        text = format!("{text}<br>{}", escaped(&notes));
    }
    line(out, format_args!("{indent}n{at}{open}\"{text}\"{close}"));
}

fn class(out: &mut String, net: &Net<'_>, name: &str, style: &str, of: impl Fn(&Node<'_>) -> bool) {
    let nodes: Vec<_> =
        (0..net.nodes.len()).filter(|&at| of(&net.nodes[at])).map(|at| format!("n{at}")).collect();
    if !nodes.is_empty() {
        line(out, format_args!("  classDef {name} {style}"));
        line(out, format_args!("  class {} {name}", nodes.join(",")));
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "{text}");
}

/// Escapes a text within quotes. Mermaid reads labels as Markdown and HTML, so characters with a meaning there are
/// written as numeric entities.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut has_letter = false;
    for char in text.chars() {
        has_letter |= char.is_alphabetic();
        match char {
            char if char.is_alphanumeric() => out.push(char),
            ' ' | ':' | ',' | '_' | '/' if !out.is_empty() => out.push(char),
            // Not at the start, where a list of Markdown may begin: `- a`, `1. a`.
            '.' | '-' if has_letter => out.push(char),
            char => {
                let _ = write!(out, "#{};", u32::from(char));
            }
        }
    }
    out
}
