//! Layers of a graph: each node is left of those that it leads to, unless they form a cycle.

use crate::commands::graph::net::{Detail, Kind, Net};

/// The most layers in a crate. Longer paths share layers.
const MOST: usize = 6;

/// The layer of each node within its crate.
pub(super) fn within_crates(net: &Net<'_>) -> Vec<usize> {
    let is_event = |at: usize| matches!(net.nodes[at].kind, Kind::Event(_) | Kind::Outline(..));
    // With many nodes, space matters more than the paths within a crate: events that come from outside are first, then
    // the other nodes.
    if net.detail == Detail::Events {
        return (0..net.nodes.len()).map(|at| usize::from(is_event(at))).collect();
    }
    let inner = net.edges.iter().filter(|edge| net.nodes[edge.from].of == net.nodes[edge.to].of);
    let edges: Vec<_> = inner.map(|edge| (edge.from, edge.to, 1)).collect();
    let mut layers = assign(net.nodes.len(), &edges, is_event);
    for nodes in net.by_crate() {
        let count = nodes.iter().map(|&at| layers[at] + 1).max().unwrap_or(0);
        if count > MOST {
            nodes.iter().for_each(|&at| layers[at] = layers[at] * MOST / count);
        }
    }
    layers
}

/// The layer of each crate.
pub(super) fn of_crates(net: &Net<'_>) -> Vec<usize> {
    let edges = net.edges.iter().map(|edge| (net.nodes[edge.from].of, net.nodes[edge.to].of, edge.count));
    let edges: Vec<_> = edges.filter(|(from, to, _)| from != to).collect();
    assign(net.crates.len(), &edges, |_| false)
}

/// The longest path to each node, after some edges of each cycle are left out. A cycle begins at a node that has to be
/// first, otherwise at the one with the greatest excess of outgoing weight, so that light edges are left out.
fn assign(count: usize, edges: &[(usize, usize, usize)], first: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut surplus = vec![0_isize; count];
    let mut comes_in = vec![false; count];
    for &(from, to, weight) in edges.iter().filter(|(from, to, _)| from != to) {
        next[from].push(to);
        surplus[from] += weight as isize;
        surplus[to] -= weight as isize;
        comes_in[to] = true;
    }
    let mut starts: Vec<usize> = (0..count).collect();
    starts.sort_by_key(|&at| (comes_in[at], !first(at), -surplus[at], at));
    let (finished, closing) = walk(&next, &starts);
    let mut layers = vec![0; count];
    for &at in finished.iter().rev() {
        for &to in next[at].iter().filter(|&&to| !closing.contains(&(at, to))) {
            layers[to] = layers[to].max(layers[at] + 1);
        }
    }
    layers
}

/// A depth-first search: the nodes in postorder, and the edges that close cycles.
fn walk(next: &[Vec<usize>], starts: &[usize]) -> (Vec<usize>, std::collections::HashSet<(usize, usize)>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Within,
        Left,
    }
    let mut seen = vec![Seen::No; next.len()];
    let mut finished = Vec::with_capacity(next.len());
    let mut closing = std::collections::HashSet::new();
    for &start in starts {
        if seen[start] != Seen::No {
            continue;
        }
        seen[start] = Seen::Within;
        let mut stack = vec![(start, 0)];
        while let Some((at, done)) = stack.pop() {
            let Some(&to) = next[at].get(done) else {
                seen[at] = Seen::Left;
                finished.push(at);
                continue;
            };
            stack.push((at, done + 1));
            match seen[to] {
                Seen::No => {
                    seen[to] = Seen::Within;
                    stack.push((to, 0));
                }
                Seen::Within => {
                    closing.insert((at, to));
                }
                Seen::Left => {}
            }
        }
    }
    (finished, closing)
}

#[cfg(test)]
mod tests {
    use super::assign;

    #[test]
    fn the_longest_path_counts() {
        assert_eq!(assign(4, &[(0, 1, 1), (1, 2, 1), (0, 2, 1), (3, 2, 1)], |_| false), [0, 1, 2, 0]);
    }

    #[test]
    fn a_cycle_is_cut_at_its_lightest_edge() {
        assert_eq!(assign(2, &[(0, 1, 1), (1, 0, 5)], |_| false), [1, 0]);
        assert_eq!(assign(2, &[(0, 1, 1), (1, 0, 5)], |at| at == 0), [0, 1]);
        assert_eq!(assign(1, &[(0, 0, 1)], |_| false), [0]);
    }

    #[test]
    fn long_paths_need_no_stack() {
        let edges: Vec<_> = (0..200_000).map(|at| (at, at + 1, 1)).collect();
        assert_eq!(assign(200_001, &edges, |_| false)[200_000], 200_000);
    }
}
