//! The lines of edges.

use crate::commands::graph::layout::Rect;
use crate::commands::graph::net::Leads;

/// The path data of a line: to the right or to the left if the nodes are in different columns, and a curve on the right
/// side if they are in one column.
pub(super) fn path(kind: Leads, from: Rect, to: Rect, itself: bool) -> String {
    let (right, left) = (from.x + from.width, to.x);
    // Dispatches and emissions between the same nodes get different lines.
    let beside = if kind == Leads::Dispatch { -3.0 } else { 4.0 };
    let (y1, y2) = (from.y + from.height / 2.0 + beside, to.y + to.height / 2.0 + beside);
    if itself {
        let (top, bottom) = (y1 - 5.0, y1 + 5.0);
        return format!(
            "M{right:.0} {top:.0}C{0:.0} {1:.0} {0:.0} {2:.0} {3:.0} {bottom:.0}",
            right + 34.0,
            top - 12.0,
            bottom + 12.0,
            right + 2.0
        );
    }
    if left > right {
        let bend = bend(left - right);
        return format!(
            "M{right:.0} {y1:.0}C{:.0} {y1:.0} {:.0} {y2:.0} {:.0} {y2:.0}",
            right + bend,
            left - bend,
            left - 2.0
        );
    }
    if to.x + to.width < from.x {
        let (start, end) = (from.x, to.x + to.width);
        let bend = bend(start - end);
        return format!(
            "M{start:.0} {y1:.0}C{:.0} {y1:.0} {:.0} {y2:.0} {:.0} {y2:.0}",
            start - bend,
            end + bend,
            end + 2.0
        );
    }
    let end = to.x + to.width;
    let out = right.max(end) + (20.0 + (y2 - y1).abs() * 0.1).min(50.0);
    format!("M{right:.0} {y1:.0}C{out:.0} {y1:.0} {out:.0} {y2:.0} {:.0} {y2:.0}", end + 2.0)
}

/// The middle of a line, for its number.
pub(super) fn middle(from: Rect, to: Rect) -> (f32, f32) {
    let y = (from.y + from.height / 2.0 + to.y + to.height / 2.0) / 2.0;
    if to.x > from.x + from.width {
        ((from.x + from.width + to.x) / 2.0, y)
    } else if to.x + to.width < from.x {
        ((from.x + to.x + to.width) / 2.0, y)
    } else {
        (from.x.max(to.x) + from.width.max(to.width) + 20.0, y)
    }
}

fn bend(distance: f32) -> f32 {
    (distance * 0.5).clamp(20.0, 240.0)
}
