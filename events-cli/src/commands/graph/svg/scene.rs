//! Crates, edges and nodes, for a picture and for a page.

use std::fmt::Write;

use super::edge;
use super::escape::escaped;
use crate::commands::graph::label;
use crate::commands::graph::layout::{Layout, NODE_HEIGHT, Rect};
use crate::commands::graph::net::{Detail, Edge, Kind, Leads, Net};

/// The most edges that have visible numbers.
const MOST_NUMBERS: usize = 40;

/// All drawn elements, without the enclosing `svg` element.
pub(in crate::commands::graph) fn scene(net: &Net<'_>, layout: &Layout) -> String {
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    let _ = write_to(&mut out, net, layout);
    out
}

fn write_to(out: &mut String, net: &Net<'_>, layout: &Layout) -> std::fmt::Result {
    writeln!(out, "<defs>")?;
    for kind in ["dispatch", "emit"] {
        writeln!(
            out,
            "<marker id=\"{kind}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head-{kind}\" d=\"M0 0L8 4L0 8z\"/></marker>"
        )?;
    }
    writeln!(out, "</defs>")?;
    if net.detail != Detail::Crates {
        layout.crates.iter().enumerate().try_for_each(|(of, place)| write_crate(out, net, of, *place))?;
    }
    net.edges.iter().enumerate().try_for_each(|(at, edge)| write_edge(out, net, layout, at, edge))?;
    (0..net.nodes.len()).try_for_each(|at| write_node(out, net, layout, at))?;
    // Drawn last, so that nothing covers the names.
    if net.detail != Detail::Crates {
        for (of, place) in layout.crates.iter().enumerate() {
            let (x, y) = (place.x + place.width / 2.0, place.y + place.height / 2.0);
            let name = escaped(&label::crate_name(net, of));
            writeln!(out, "<text class=\"far\" x=\"{x:.0}\" y=\"{y:.0}\">{name}</text>")?;
        }
    }
    Ok(())
}

fn write_crate(out: &mut String, net: &Net<'_>, of: usize, place: Rect) -> std::fmt::Result {
    let Rect { x, y, width, height } = place;
    let name = escaped(&label::crate_name(net, of));
    let totals = escaped(&label::totals(&net.crates[of]));
    writeln!(
        out,
        "<g class=\"crate\"><rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\"/>\
         <text class=\"title\" x=\"{left:.0}\" y=\"{line:.0}\">{name}\
         <tspan class=\"totals\" dx=\"10\">{totals}</tspan></text></g>",
        left = x + 14.0,
        line = y + 26.0,
    )
}

fn write_edge(out: &mut String, net: &Net<'_>, layout: &Layout, at: usize, edge: &Edge) -> std::fmt::Result {
    let (from, to) = (layout.nodes[edge.from], layout.nodes[edge.to]);
    let kind = match edge.kind {
        Leads::Dispatch => "dispatch",
        Leads::Emit => "emit",
    };
    let way = edge::path(edge.kind, from, to, edge.from == edge.to);
    // An edge is thicker the more it represents, within bounds.
    let width = (1.0 + (edge.count as f32).log2() * 0.5).min(4.0);
    writeln!(
        out,
        "<path class=\"edge {kind}\" data-edge=\"{at}\" d=\"{way}\" stroke-width=\"{width:.1}\" marker-end=\"url(#{kind})\">\
         <title>{}</title></path>",
        escaped(&label::edge_hint(net, edge)),
    )?;
    // With many edges the numbers would overlap. Then the width of the line and its tooltip show the number.
    if net.detail == Detail::Crates
        && net.edges.len() <= MOST_NUMBERS
        && let Some(count) = label::edge(net, edge)
    {
        let (x, y) = edge::middle(from, to);
        // Two crates may have an edge in each direction, so one number is drawn above the other.
        let y = y + if edge.kind == Leads::Emit { 12.0 } else { -4.0 };
        writeln!(out, "<text class=\"count\" x=\"{x:.0}\" y=\"{y:.0}\">{count}</text>")?;
    }
    Ok(())
}

fn write_node(out: &mut String, net: &Net<'_>, layout: &Layout, at: usize) -> std::fmt::Result {
    let (node, text, Rect { x, y, width, .. }) = (&net.nodes[at], &layout.texts[at], layout.nodes[at]);
    let class = match node.kind {
        Kind::Event(_) if node.is_unhandled() => "event unhandled",
        Kind::Event(_) => "event",
        Kind::Outline(..) => "event outline",
        Kind::Handler(..) | Kind::Handlers(_) => "handler",
        Kind::Crate => "whole",
    };
    let round = if matches!(node.kind, Kind::Event(_) | Kind::Outline(..)) { NODE_HEIGHT / 2.0 } else { 4.0 };
    write!(
        out,
        "<g class=\"node {class}\" data-node=\"{at}\" transform=\"translate({x:.0} {y:.0})\"><title>{}</title>\
         <rect width=\"{width:.0}\" height=\"{NODE_HEIGHT}\" rx=\"{round}\"/>",
        escaped(&label::hint(net, node)),
    )?;
    if let Kind::Handler(_, position) = node.kind {
        write!(out, "<text class=\"position\" x=\"12\" y=\"16\">{position}</text>")?;
    }
    write!(out, "<text x=\"{}\" y=\"16\">{}</text>", if round > 4.0 { 14 } else { 24 }, escaped(&text.name))?;
    if !text.notes.is_empty() {
        write!(
            out,
            "<text class=\"notes\" x=\"{:.0}\" y=\"16\">{}</text>",
            width - 9.0,
            escaped(&text.notes)
        )?;
    }
    writeln!(out, "</g>")
}
