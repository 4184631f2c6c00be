//! The order of boxes in columns and of nodes in layers: each goes to where its neighbours are, again and again.

use super::measures::Rect;
use super::shape::Shape;
use crate::commands::graph::net::Net;

const ROUNDS: usize = 12;

/// Puts neighbours beside each other, so that few lines cross.
pub(super) fn crossings(net: &Net<'_>, shape: &mut Shape) {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); net.nodes.len()];
    for edge in net.edges.iter().filter(|edge| edge.from != edge.to) {
        neighbours[edge.from].push(edge.to);
        neighbours[edge.to].push(edge.from);
    }
    for round in 0..ROUNDS {
        // Boxes stay where they are once nodes have found their places in them.
        if round < ROUNDS / 2 {
            let (_, places) = shape.places();
            for at in 0..shape.columns.len() {
                let mut column = std::mem::take(&mut shape.columns[at]);
                column.sort_by(|&a, &b| {
                    let wanted = |of: usize| of_box(shape, of, &neighbours, &places);
                    wanted(a).total_cmp(&wanted(b)).then(a.cmp(&b))
                });
                shape.columns[at] = column;
            }
        }
        // From left to right, then back.
        let mut order: Vec<usize> = shape.columns.concat();
        if round % 2 == 1 {
            order.reverse();
        }
        for of in order {
            let (_, places) = shape.places();
            for layer in &mut shape.boxes[of].layers {
                let wanted = |at: usize| middle(&neighbours[at], &places).unwrap_or(places[at].y);
                let mut keyed: Vec<_> = layer.iter().map(|&at| (wanted(at), at)).collect();
                keyed.sort_by(|(a, first), (b, second)| a.total_cmp(b).then(first.cmp(second)));
                layer.clear();
                layer.extend(keyed.into_iter().map(|(_, at)| at));
            }
        }
    }
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
