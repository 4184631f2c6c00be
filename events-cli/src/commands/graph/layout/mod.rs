//! Where everything is drawn: crates as boxes in columns, events left of their handlers as far as that goes, few crossings.
//!
//! First the shape: which crate stands in which column and how wide and high each is ([`shape`]), for which only numbers of
//! nodes and widths of texts count. Then the order within ([`order`]), which changes no size.

mod layers;
mod measures;
mod order;
mod shape;

use measures::{MARGIN, TEXT_SIZE};
pub(super) use measures::{NODE_HEIGHT, Rect};

use super::label;
use super::net::{Detail, Net};

/// Of a letter of a fixed-width font, in parts of the text's size.
const LETTER: f32 = 0.602;
const LONGEST: usize = 44;
const LONGEST_NOTE: usize = 34;

/// A drawing's places.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) crates: Vec<Rect>,
    pub(super) nodes: Vec<Rect>,
    pub(super) texts: Vec<Text>,
}

/// What is written at a node.
#[derive(Debug)]
pub(super) struct Text {
    /// Shortened where it is too long.
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
    /// How wide the notes are, with what is before them.
    pub(super) fn notes_width(&self) -> f32 {
        if self.notes.is_empty() { 0.0 } else { columns(&self.notes) as f32 * LETTER * 10.0 + 12.0 }
    }

    fn width(&self) -> f32 {
        columns(&self.name) as f32 * LETTER * TEXT_SIZE + self.notes_width() + 34.0
    }
}

/// The last of a text: the end of a long path says most.
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

/// How many letters wide a text is: those of East Asia take two.
fn columns(text: &str) -> usize {
    text.chars().map(|char| if u32::from(char) >= 0x1100 && char != '…' { 2 } else { 1 }).sum()
}
