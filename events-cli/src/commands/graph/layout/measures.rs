use crate::commands::graph::net::{Detail, Net};

// Measures in pixels.
pub(crate) const NODE_HEIGHT: f32 = 24.0;
pub(crate) const TEXT_SIZE: f32 = 12.0;
pub(crate) const HEADER: f32 = 40.0;
pub(crate) const ROW: f32 = NODE_HEIGHT + 6.0;
pub(crate) const PADDING: f32 = 14.0;
pub(crate) const WITHIN_CRATE: f32 = 56.0;
pub(crate) const WITHIN_LAYER: f32 = 18.0;
pub(crate) const BETWEEN_CRATES: f32 = 130.0;
pub(crate) const BELOW_CRATE: f32 = 28.0;
pub(crate) const MARGIN: f32 = 24.0;

/// A position and a size.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rect {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// The height above the nodes of a crate: that of its name, or zero if the crate is the node.
pub(super) fn header(net: &Net<'_>) -> f32 {
    if net.detail == Detail::Crates { 0.0 } else { HEADER }
}
