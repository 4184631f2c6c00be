//! A page in one file: the picture, the data of each event and handler, and the script.
//!
//! Nothing that was read from a program becomes markup or script: the picture's texts are escaped, everything else is
//! JSON without `<` and is inserted into the page as text. The page's content security policy forbids it to load
//! anything.

use serde::Serialize;

use super::drawing::Drawing;
use super::layout::layout;
use super::net::{Kind, Leads, Net};
use super::{label, svg};
use crate::error::Result;
use crate::model::Program;
use crate::output::compact_json;
use crate::text::line;

/// The template of the page, with a placeholder for each part.
const PAGE: &str = include_str!("page.html");
const MARK: &str = "<!-- part -->";
const STYLE: &str = include_str!("page.css");
const SCRIPTS: [&str; 6] = [
    include_str!("data.js"),
    include_str!("view.js"),
    include_str!("focus.js"),
    include_str!("search.js"),
    include_str!("details.js"),
    include_str!("main.js"),
];

/// The data of the page.
#[derive(Serialize)]
struct Data<'a> {
    width: f32,
    height: f32,
    nodes: Vec<NodeData<'a>>,
    /// From, to, whether it is an emission.
    edges: Vec<(usize, usize, bool)>,
    program: &'a Program,
}

#[derive(Serialize)]
struct NodeData<'a> {
    name: String,
    /// The crate, with its version if another crate has its name.
    of: String,
    /// Why it is drawn as an outline, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    outline: Option<&'a str>,
    events: &'a [usize],
    handlers: &'a [usize],
    /// Left, top, width.
    place: (f32, f32, f32),
}

pub(super) fn write(drawing: &Drawing<'_>, net: &Net<'_>) -> Result<String> {
    let layout = layout(net);
    let nodes = net.nodes.iter().zip(&layout.nodes).map(|(node, place)| NodeData {
        name: label::name(net, node),
        of: label::crate_name(net, node.of),
        outline: if let Kind::Outline(_, reason) = node.kind { Some(reason) } else { None },
        events: &node.events,
        handlers: &node.handlers,
        place: (place.x.round(), place.y.round(), place.width.round()),
    });
    let data = Data {
        width: layout.width.ceil(),
        height: layout.height.ceil(),
        nodes: nodes.collect(),
        edges: net.edges.iter().map(|edge| (edge.from, edge.to, edge.kind == Leads::Emit)).collect(),
        program: drawing.shown,
    };
    let data = compact_json(&data)?.replace('<', "\\u003c");
    let title = svg::escaped(&line(drawing.title));
    let handlers = drawing.shown.handlers().count();
    let summary = [
        label::counted(drawing.shown.events.len(), "event"),
        label::counted(handlers, "handler"),
        label::counted(net.crates.len(), "crate"),
    ];
    let script = format!("(() => {{\n\"use strict\";\n{}}})();\n", SCRIPTS.concat());
    let parts = [
        title.clone(),
        svg::for_page(STYLE),
        title,
        summary.join(", "),
        svg::scene(net, &layout),
        data,
        script,
    ];
    let mut page = String::new();
    let mut parts = parts.iter();
    for (at, piece) in PAGE.split(MARK).enumerate() {
        if at > 0 {
            page.push_str(parts.next().map_or("", String::as_str));
        }
        page.push_str(piece);
    }
    Ok(page)
}
