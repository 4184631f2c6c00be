//! The position of each crate, and the columns of its nodes.

use super::layers;
use super::measures::{
    BELOW_CRATE, BETWEEN_CRATES, MARGIN, NODE_HEIGHT, PADDING, ROW, Rect, WITHIN_CRATE, WITHIN_LAYER, header,
};
use crate::commands::graph::net::Net;

/// The values that are tried for the most nodes in a column.
const ROWS: [usize; 6] = [80, 56, 40, 28, 20, 14];

/// The size that is visible without scaling down.
const SCREEN: (f32, f32) = (1300.0, 1000.0);

/// Columns of boxes, each with columns of nodes.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) columns: Vec<Vec<usize>>,
    pub(super) boxes: Vec<Inner>,
    header: f32,
}

/// The contents of the box of a crate.
#[derive(Clone, Debug, Default)]
pub(super) struct Inner {
    /// The nodes of each layer.
    pub(super) layers: Vec<Vec<usize>>,
    /// The widest node of each layer.
    widths: Vec<f32>,
    rows: usize,
    title: f32,
}

/// The shape that looks best on a screen.
pub(super) fn best(net: &Net<'_>, layers: &[usize], widths: &[f32], titles: &[f32]) -> Shape {
    let crates = layers::of_crates(net);
    let mut sequence: Vec<usize> = (0..net.crates.len()).collect();
    sequence.sort_by_key(|&of| (crates[of], of));
    let used = crates.iter().max().map_or(0, |last| last + 1);
    let mut best: Option<(f32, Shape)> = None;
    for rows in ROWS {
        let boxes = boxes(net, layers, widths, titles, rows);
        let heights: Vec<f32> = boxes.iter().map(|inner| inner.size(header(net)).1 + BELOW_CRATE).collect();
        let tallest = heights.iter().copied().fold(0.0, f32::max);
        for kept in [true, false] {
            for limit in [1.0, 1.3, 1.8, 2.6, 4.0, 8.0].map(|times| tallest * times + 1.0) {
                let columns = columns(&sequence, &crates, &heights, kept, limit);
                let shape = Shape { columns, boxes: boxes.clone(), header: header(net) };
                let (width, height) = shape.size();
                // Lines that run under boxes or from right to left are hard to follow: wrapped layers, layers with more
                // than one column of boxes, and columns that mix layers add to the cost.
                let scale = (SCREEN.0 / width).min(SCREEN.1 / height).min(1.0);
                let wraps = if shape.is_wrapped() { 0.5 } else { 0.0 };
                let splits = shape.columns.len().saturating_sub(used);
                let splits = if splits > 0 { 0.5 + 0.05 * splits as f32 } else { 0.0 };
                let mixes = if kept { 0.0 } else { 0.6 };
                let cost = -2.0 * scale.ln() + wraps + splits + mixes;
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, shape));
                }
            }
        }
    }
    best.map_or_else(
        || Shape { columns: Vec::new(), boxes: Vec::new(), header: header(net) },
        |(_, shape)| shape,
    )
}

/// Puts crates into columns, in sequence, up to a height limit. If `kept` is set, each layer has columns of its own.
fn columns(sequence: &[usize], layers: &[usize], heights: &[f32], kept: bool, limit: f32) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    let (mut height, mut layer) = (0.0, 0);
    for &of in sequence {
        match columns.last_mut() {
            Some(last) if height + heights[of] <= limit && (!kept || layers[of] == layer) => last.push(of),
            _ => {
                columns.push(vec![of]);
                height = 0.0;
            }
        }
        height += heights[of];
        layer = layers[of];
    }
    columns
}

fn boxes(net: &Net<'_>, layers: &[usize], widths: &[f32], titles: &[f32], rows: usize) -> Vec<Inner> {
    let mut boxes = vec![Inner::default(); net.crates.len()];
    for (at, node) in net.nodes.iter().enumerate() {
        let inner = &mut boxes[node.of];
        if inner.layers.len() <= layers[at] {
            inner.layers.resize(layers[at] + 1, Vec::new());
            inner.widths.resize(layers[at] + 1, 0.0);
        }
        inner.layers[layers[at]].push(at);
        inner.widths[layers[at]] = inner.widths[layers[at]].max(widths[at]);
    }
    for (inner, title) in boxes.iter_mut().zip(titles) {
        (inner.rows, inner.title) = (rows, *title);
    }
    boxes
}

impl Inner {
    /// Each column of nodes, with its left edge and its width. A layer with too many nodes has several columns, filled
    /// row by row, so that the height of a node still follows from its position in the order.
    fn columns(&self) -> Vec<(Vec<usize>, f32, f32)> {
        let mut columns = Vec::new();
        let mut left = PADDING;
        for (layer, width) in self.layers.iter().zip(&self.widths) {
            let parts = layer.len().div_ceil(self.rows);
            for part in 0..parts {
                columns.push((layer.iter().copied().skip(part).step_by(parts).collect(), left, *width));
                left += width + if part + 1 == parts { WITHIN_CRATE } else { WITHIN_LAYER };
            }
        }
        columns
    }

    fn size(&self, header: f32) -> (f32, f32) {
        let (mut right, mut rows) = (0.0_f32, 0);
        for (nodes, left, width) in self.columns() {
            right = right.max(left + width);
            rows = rows.max(nodes.len());
        }
        ((right + PADDING).max(self.title), header + rows as f32 * ROW + PADDING)
    }
}

impl Shape {
    /// Width and height, without a margin.
    pub(super) fn size(&self) -> (f32, f32) {
        let widths: f32 = self.columns.iter().map(|column| self.column_size(column).0).sum();
        let gaps = self.columns.len().saturating_sub(1) as f32 * BETWEEN_CRATES;
        let height = self.columns.iter().map(|column| self.column_size(column).1).fold(0.0, f32::max);
        ((widths + gaps).max(1.0), height.max(1.0))
    }

    fn is_wrapped(&self) -> bool {
        self.boxes.iter().any(|inner| inner.layers.iter().any(|layer| layer.len() > inner.rows))
    }

    fn column_size(&self, column: &[usize]) -> (f32, f32) {
        let sizes = || column.iter().map(|&of| self.boxes[of].size(self.header));
        let gaps = column.len().saturating_sub(1) as f32 * BELOW_CRATE;
        (
            sizes().map(|(width, _)| width).fold(0.0, f32::max),
            sizes().map(|(_, height)| height).sum::<f32>() + gaps,
        )
    }

    /// The positions of all crates and nodes.
    pub(super) fn places(&self) -> (Vec<Rect>, Vec<Rect>) {
        let mut crates = vec![Rect::default(); self.boxes.len()];
        let count = self.boxes.iter().flat_map(|inner| &inner.layers).map(Vec::len).sum();
        let mut nodes = vec![Rect::default(); count];
        let (_, highest) = self.size();
        let mut x = MARGIN;
        for column in &self.columns {
            let (width, height) = self.column_size(column);
            let mut y = MARGIN + (highest - height) / 2.0;
            for &of in column {
                let inner = &self.boxes[of];
                let (width, height) = inner.size(self.header);
                crates[of] = Rect { x, y, width, height };
                self.inside(of, x, y, &mut nodes);
                y += height + BELOW_CRATE;
            }
            x += width + BETWEEN_CRATES;
        }
        (crates, nodes)
    }

    /// Computes the positions of the nodes of one box, whose top left corner is at `x` and `y`.
    pub(super) fn inside(&self, of: usize, x: f32, y: f32, places: &mut [Rect]) {
        for (nodes, left, width) in self.boxes[of].columns() {
            for (row, &at) in nodes.iter().enumerate() {
                let y = y + self.header + PADDING / 2.0 + row as f32 * ROW;
                places[at] = Rect { x: x + left, y, width, height: NODE_HEIGHT };
            }
        }
    }
}
