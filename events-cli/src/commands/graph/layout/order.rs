//! The order of boxes in columns and of nodes in layers. Each is moved to the mean position of its neighbours, several
//! times.

use super::measures::Rect;
use super::shape::Shape;
use crate::commands::graph::net::Net;

const ROUNDS: usize = 12;

/// Moves neighbours closer to each other, so that few edges cross.
pub(super) fn crossings(net: &Net<'_>, shape: &mut Shape) {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); net.nodes.len()];
    for edge in net.edges.iter().filter(|edge| edge.from != edge.to) {
        neighbours[edge.from].push(edge.to);
        neighbours[edge.to].push(edge.from);
    }
    for round in 0..ROUNDS {
        // Boxes move in the first half of the rounds only, so that the nodes in them can settle.
        if round < ROUNDS / 2 {
            let (_, places) = shape.places();
            for at in 0..shape.columns.len() {
                let column = std::mem::take(&mut shape.columns[at]);
                shape.columns[at] = sorted(&column, |of| of_box(shape, of, &neighbours, &places));
            }
        }
        // From left to right, then from right to left.
        let mut order: Vec<usize> = shape.columns.concat();
        if round % 2 == 1 {
            order.reverse();
        }
        let (boxes, mut places) = shape.places();
        for of in order {
            for layer in &mut shape.boxes[of].layers {
                *layer = sorted(layer, |at| middle(&neighbours[at], &places).unwrap_or(places[at].y));
            }
            // Only this box has changed. Computing all positions again for each box would take quadratic time.
            shape.inside(of, boxes[of].x, boxes[of].y, &mut places);
        }
    }
}

/// Sorts by the target position, and by number if two are equal.
fn sorted(all: &[usize], wanted: impl Fn(usize) -> f32) -> Vec<usize> {
    let mut keyed: Vec<(f32, usize)> = all.iter().map(|&at| (wanted(at), at)).collect();
    keyed.sort_by(|(a, first), (b, second)| a.total_cmp(b).then(first.cmp(second)));
    keyed.into_iter().map(|(_, at)| at).collect()
}

fn of_box(shape: &Shape, of: usize, neighbours: &[Vec<usize>], places: &[Rect]) -> f32 {
    let nodes = || shape.boxes[of].layers.iter().flatten();
    let all = || nodes().flat_map(|&at| &neighbours[at]).map(|&at| places[at].y);
    mean(all()).or_else(|| mean(nodes().map(|&at| places[at].y))).unwrap_or(0.0)
}

fn middle(neighbours: &[usize], places: &[Rect]) -> Option<f32> {
    mean(neighbours.iter().map(|&at| places[at].y))
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
