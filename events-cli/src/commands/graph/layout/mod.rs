//! The layout: crates are boxes in columns, events are left of their handlers if possible, and few edges cross.
//!
//! First the shape, which is the column and the size of each crate ([`shape`]). It depends only on numbers of nodes and
//! widths of texts. Then the order within columns ([`order`]), which changes no size.

mod layers;
mod measures;
mod order;
mod shape;

use measures::{MARGIN, TEXT_SIZE};
pub(super) use measures::{NODE_HEIGHT, Rect};

use super::label;
use super::net::{Detail, Net};

/// The width of a letter in a fixed-width font, relative to the font size.
const LETTER: f32 = 0.602;
const LONGEST: usize = 44;
const LONGEST_NOTE: usize = 34;

/// The positions of all parts of a drawing.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) crates: Vec<Rect>,
    pub(super) nodes: Vec<Rect>,
    pub(super) texts: Vec<Text>,
}

/// The text of a node.
#[derive(Debug)]
pub(super) struct Text {
    /// The name, shortened if it is too long.
    pub(super) name: String,
    pub(super) notes: String,
}

pub(super) fn layout(net: &Net<'_>) -> Layout {
    let texts: Vec<Text> = net.nodes.iter().map(|node| text(net, node)).collect();
    let widths: Vec<f32> = texts.iter().map(Text::width).collect();
    let titles: Vec<f32> = (0..net.crates.len()).map(|of| title_width(net, of)).collect();
    let layers = layers::within_crates(net);
    let mut shape = shape::best(net, &layers, &widths, &titles);
    order::crossings(net, &mut shape);
    let (crates, nodes) = shape.places();
    let (width, height) = shape.size();
    Layout { width: width + 2.0 * MARGIN, height: height + 2.0 * MARGIN, crates, nodes, texts }
}

fn text(net: &Net<'_>, node: &super::net::Node<'_>) -> Text {
    let notes = label::notes(net, node).join(" · ");
    Text { name: end_of(&label::name(net, node), LONGEST), notes: start_of(&notes, LONGEST_NOTE) }
}

fn title_width(net: &Net<'_>, of: usize) -> f32 {
    if net.detail == Detail::Crates {
        return 0.0;
    }
    let letters = columns(&label::crate_name(net, of)) as f32 * 15.0 + 13.0;
    letters * LETTER + columns(&label::totals(&net.crates[of])) as f32 * 11.0 * LETTER + 24.0
}

impl Text {
    /// The width of the notes, with the space before them.
    pub(super) fn notes_width(&self) -> f32 {
        if self.notes.is_empty() { 0.0 } else { columns(&self.notes) as f32 * LETTER * 10.0 + 12.0 }
    }

    fn width(&self) -> f32 {
        columns(&self.name) as f32 * LETTER * TEXT_SIZE + self.notes_width() + 34.0
    }
}

/// Shortens a text to its end, which is the most useful part of a long path.
fn end_of(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    std::iter::once('…').chain(text.chars().skip(count - most + 1)).collect()
}

fn start_of(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// The width of a text in letters. East Asian characters count as two.
fn columns(text: &str) -> usize {
    text.chars().map(|char| if u32::from(char) >= 0x1100 && char != '…' { 2 } else { 1 }).sum()
}
