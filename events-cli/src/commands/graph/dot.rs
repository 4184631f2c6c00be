//! Text for Graphviz.

use std::fmt::Write;

use super::label;
use super::net::{Detail, Kind, Leads, Net};
use crate::text::line;

pub(super) fn write(title: &str, net: &Net<'_>) -> String {
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    let _ = write_to(&mut out, title, net);
    out
}

fn write_to(out: &mut String, title: &str, net: &Net<'_>) -> std::fmt::Result {
    writeln!(out, "digraph {} {{", quoted(&line(title)))?;
    writeln!(out, "  rankdir=LR; ranksep=1.2; nodesep=0.12; fontname=\"Helvetica\";")?;
    writeln!(
        out,
        "  node [shape=box, fontname=\"Helvetica\", fontsize=10, height=0.3, margin=\"0.1,0.04\"];"
    )?;
    writeln!(out, "  edge [fontname=\"Helvetica\", fontsize=8, arrowsize=0.6];")?;
    for (of, nodes) in net.by_crate().iter().enumerate() {
        if net.detail == Detail::Crates {
            nodes.iter().try_for_each(|&at| node(out, "  ", net, at))?;
            continue;
        }
        writeln!(out, "  subgraph cluster_{of} {{")?;
        writeln!(out, "    label={}; style=rounded; color=gray;", quoted(&label::crate_name(net, of)))?;
        nodes.iter().try_for_each(|&at| node(out, "    ", net, at))?;
        writeln!(out, "  }}")?;
    }
    for edge in &net.edges {
        write!(out, "  n{} -> n{}", edge.from, edge.to)?;
        let label = label::edge(net, edge).map(|label| format!("label={}", quoted(&label)));
        let style = (edge.kind == Leads::Emit).then(|| "style=dashed, color=\"#b35900\"".to_owned());
        let each: Vec<String> = label.into_iter().chain(style).collect();
        match each.is_empty() {
            true => writeln!(out, ";")?,
            false => writeln!(out, " [{}];", each.join(", "))?,
        }
    }
    writeln!(out, "}}")
}

fn node(out: &mut String, indent: &str, net: &Net<'_>, at: usize) -> std::fmt::Result {
    let node = &net.nodes[at];
    let style = match node.kind {
        Kind::Event(_) if node.is_unhandled() => ", style=rounded, penwidth=2, color=\"#cc3333\"",
        Kind::Event(_) => ", style=rounded, penwidth=2",
        Kind::Outline(..) => ", style=\"rounded,dashed\"",
        Kind::Handlers(_) => ", peripheries=2",
        Kind::Handler(..) | Kind::Crate => "",
    };
    let text = [vec![label::name(net, node)], label::notes(net, node)].concat().join("\n");
    writeln!(
        out,
        "{indent}n{at} [label={}, tooltip={}{style}];",
        quoted(&text),
        quoted(&label::hint(net, node))
    )
}

/// Quotes a string. Graphviz treats a backslash in it as the start of an escape sequence.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '"' | '\\' => out.extend(['\\', char]),
            // Otherwise Graphviz reads it as the start of an HTML entity.
            '&' => out.push_str("&amp;"),
            char => out.push(char),
        }
    }
    out.push('"');
    out
}
