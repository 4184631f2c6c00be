//! The graph with full detail: a node for each event and each handler.

use std::collections::HashMap;

use super::parts::{Crate, Detail, Edge, Kind, Leads, Net, Node};
use crate::commands::graph::drawing::Drawing;
use crate::model::{Event, EventKey, EventRef, Handler, Program};

/// Why an event is drawn as an outline.
const FILTERED: &str = "not selected";
const ELSEWHERE: &str = "not in this binary";

/// A crate is identified by its name and its package's version.
type CrateKey<'a> = (&'a str, &'a str);

struct Builder<'a> {
    crates: HashMap<CrateKey<'a>, usize>,
    net: Net<'a>,
    events: HashMap<EventKey<'a>, usize>,
    /// The events of the whole program, for the names of those that are filtered out.
    whole: HashMap<EventKey<'a>, &'a Event>,
    /// Outlines of events that are known only by how a handler names them.
    written: HashMap<&'a str, usize>,
}

pub(super) fn build<'a>(drawing: &Drawing<'a>) -> Net<'a> {
    let Program { events, elsewhere, .. } = drawing.shown;
    let mut builder = Builder {
        crates: HashMap::new(),
        net: Net { crates: Vec::new(), nodes: Vec::new(), edges: Vec::new(), detail: Detail::Handlers },
        events: HashMap::new(),
        whole: drawing.whole.events.iter().map(|event| (event.key(), event)).collect(),
        written: HashMap::new(),
    };
    for (index, event) in events.iter().enumerate() {
        builder.event(index, event);
    }
    let mut next = 0;
    for event in events {
        let from = builder.events[&event.key()];
        // Positions are those in the whole program, also if handlers are filtered out.
        let all = builder.whole.get(&event.key()).map_or(&event.handlers, |whole| &whole.handlers);
        let mut places = all.iter().enumerate();
        for (position, handler) in event.handlers.iter().enumerate() {
            let place = places.find(|(_, other)| *other == handler).map_or(position, |(place, _)| place);
            builder.handler(next, handler, from, place);
            next += 1;
        }
    }
    for handler in elsewhere {
        let from = builder.as_written(&handler.event);
        builder.handler(next, handler, from, 0);
        next += 1;
    }
    sorted(builder.net)
}

impl<'a> Builder<'a> {
    fn event(&mut self, index: usize, event: &'a Event) {
        let of = self.crate_of(event.crate_name(), &event.package_version);
        self.net.crates[of].events += 1;
        let node = self.node(of, Kind::Event(event));
        self.net.nodes[node].events.push(index);
        self.events.insert(event.key(), node);
    }

    fn handler(&mut self, index: usize, handler: &'a Handler, from: usize, position: usize) {
        let of = self.crate_of(handler.crate_name(), &handler.package_version);
        self.net.crates[of].handlers += 1;
        let node = self.node(of, Kind::Handler(handler, position + 1));
        self.net.nodes[node].handlers.push(index);
        self.net.edges.push(Edge { from, to: node, kind: Leads::Dispatch, count: 1 });
        for emits in &handler.emits {
            let to = match &emits.event {
                Some(named) => self.named(named),
                None => self.as_written(&emits.written),
            };
            self.net.edges.push(Edge { from: node, to, kind: Leads::Emit, count: 1 });
        }
    }

    /// The node of the event that a reference names, which is an outline if the event is not drawn.
    fn named(&mut self, named: &'a EventRef) -> usize {
        let key = named.key();
        if let Some(&node) = self.events.get(&key) {
            return node;
        }
        let (name, reason) = match self.whole.get(&key) {
            Some(event) => (event.name.as_str(), FILTERED),
            None => (named.path.as_str(), ELSEWHERE),
        };
        let crate_name = named.path.split("::").next().unwrap_or_default();
        let of = self.crate_of(crate_name, &named.package_version);
        let node = self.node(of, Kind::Outline(name, reason));
        self.events.insert(key, node);
        node
    }

    fn as_written(&mut self, written: &'a str) -> usize {
        if let Some(&node) = self.written.get(written) {
            return node;
        }
        let of = self.crate_of("elsewhere", "");
        let node = self.node(of, Kind::Outline(written, ELSEWHERE));
        self.written.insert(written, node);
        node
    }

    fn node(&mut self, of: usize, kind: Kind<'a>) -> usize {
        self.net.nodes.push(Node { of, kind, events: Vec::new(), handlers: Vec::new() });
        self.net.nodes.len() - 1
    }

    fn crate_of(&mut self, name: &'a str, version: &'a str) -> usize {
        *self.crates.entry((name, version)).or_insert_with(|| {
            self.net.crates.push(Crate { name, version, events: 0, handlers: 0 });
            self.net.crates.len() - 1
        })
    }
}

/// Sorts the crates by name, and the nodes by crate.
fn sorted(net: Net<'_>) -> Net<'_> {
    let Net { crates, nodes, mut edges, detail } = net;
    let mut crates: Vec<_> = crates.into_iter().enumerate().collect();
    crates.sort_by_key(|(_, one)| (one.name, one.version));
    let mut place = vec![0; crates.len()];
    crates.iter().enumerate().for_each(|(at, (was, _))| place[*was] = at);
    let mut nodes: Vec<_> = nodes.into_iter().enumerate().collect();
    nodes.iter_mut().for_each(|(_, node)| node.of = place[node.of]);
    nodes.sort_by_key(|(_, node)| node.of);
    let mut moved = vec![0; nodes.len()];
    nodes.iter().enumerate().for_each(|(at, (was, _))| moved[*was] = at);
    for edge in &mut edges {
        (edge.from, edge.to) = (moved[edge.from], moved[edge.to]);
    }
    let crates = crates.into_iter().map(|(_, one)| one).collect();
    let nodes = nodes.into_iter().map(|(_, node)| node).collect();
    Net { crates, nodes, edges, detail }
}
