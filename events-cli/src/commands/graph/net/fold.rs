//! Graphs with less detail: several nodes become one, and the edges between them become one edge with a number.

use std::collections::{BTreeMap, HashMap};

use super::parts::{Detail, Edge, Kind, Leads, Net, Node};

/// Replaces handlers by numbers: those in the crate of their event are counted at the event, those in another crate
/// become one node there.
pub(super) fn events(net: Net<'_>) -> Net<'_> {
    let mut event_of: HashMap<usize, usize> = HashMap::new();
    for edge in &net.edges {
        if edge.kind == Leads::Dispatch {
            event_of.insert(edge.to, edge.from);
        }
    }
    let mut groups: HashMap<(usize, usize), usize> = HashMap::new();
    let mut nodes: Vec<Node<'_>> = Vec::new();
    let mut moved = vec![0; net.nodes.len()];
    // Events first, so that the node of an event exists before its handlers are folded into it.
    for (at, node) in net.nodes.iter().enumerate() {
        if !matches!(node.kind, Kind::Handler(..)) {
            moved[at] = nodes.len();
            groups.insert((at, node.of), nodes.len());
            nodes.push(Node {
                of: node.of,
                kind: node.kind,
                events: node.events.clone(),
                handlers: Vec::new(),
            });
        }
    }
    for (at, node) in net.nodes.iter().enumerate() {
        let Some(&event) = event_of.get(&at) else { continue };
        let name = net.nodes[event].event_name();
        let group = *groups.entry((event, node.of)).or_insert_with(|| {
            nodes.push(Node {
                of: node.of,
                kind: Kind::Handlers(name),
                events: Vec::new(),
                handlers: Vec::new(),
            });
            nodes.len() - 1
        });
        moved[at] = group;
        nodes[group].handlers.extend(&node.handlers);
    }
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|&at| nodes[at].of);
    let mut place = vec![0; nodes.len()];
    order.iter().enumerate().for_each(|(at, &was)| place[was] = at);
    let mut nodes: Vec<_> = nodes.into_iter().zip(&place).collect();
    nodes.sort_by_key(|(_, place)| **place);
    let edges = merged(&net.edges, |at| place[moved[at]], |edge| edge.kind == Leads::Emit);
    Net {
        crates: net.crates,
        nodes: nodes.into_iter().map(|(node, _)| node).collect(),
        edges,
        detail: Detail::Events,
    }
}

/// Replaces each crate by one node.
pub(super) fn crates(net: Net<'_>) -> Net<'_> {
    let node = |of| Node { of, kind: Kind::Crate, events: Vec::new(), handlers: Vec::new() };
    let mut nodes: Vec<Node<'_>> = (0..net.crates.len()).map(node).collect();
    for node in &net.nodes {
        nodes[node.of].events.extend(&node.events);
        nodes[node.of].handlers.extend(&node.handlers);
    }
    let edges = merged(&net.edges, |at| net.nodes[at].of, |_| false);
    Net { crates: net.crates, nodes, edges, detail: Detail::Crates }
}

/// The edges between the new nodes. Those within one node are dropped unless they are kept.
fn merged(edges: &[Edge], moved: impl Fn(usize) -> usize, kept: impl Fn(&Edge) -> bool) -> Vec<Edge> {
    let mut all: BTreeMap<(usize, usize, Leads), usize> = BTreeMap::new();
    for edge in edges {
        let (from, to) = (moved(edge.from), moved(edge.to));
        if from != to || kept(edge) {
            *all.entry((from, to, edge.kind)).or_default() += edge.count;
        }
    }
    all.into_iter().map(|((from, to, kind), count)| Edge { from, to, kind, count }).collect()
}
