//! The graph: nodes in crates, and the edges between them.

mod build;
mod fold;
mod parts;

pub use parts::Detail;
pub(super) use parts::{Crate, Edge, Kind, Leads, Net, Node, within_crate};

use super::drawing::Drawing;

/// With more handlers than this, a graph shows their number in place of each, unless `--detail` is set.
const MANY: usize = 150;

impl<'a> Net<'a> {
    pub(super) fn of(drawing: &Drawing<'a>, detail: Detail) -> Self {
        let fine = build::build(drawing);
        match detail {
            Detail::Auto if drawing.shown.handlers().nth(MANY).is_some() => fold::events(fine),
            Detail::Auto | Detail::Handlers => fine,
            Detail::Events => fold::events(fine),
            Detail::Crates => fold::crates(fine),
        }
    }
}
