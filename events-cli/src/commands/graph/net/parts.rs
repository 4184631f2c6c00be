//! The parts of a graph.

use clap::ValueEnum;

use crate::model::{Event, Handler};

/// How much detail is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Detail {
    /// Each handler if there are at most 150, else as `events`; in Mermaid as `crates` if GitHub could not draw it
    #[default]
    Auto,
    /// Each event and each handler
    Handlers,
    /// Each event, and for each crate the number of its handlers there
    Events,
    /// Each crate
    Crates,
}

/// A graph.
#[derive(Debug)]
pub(crate) struct Net<'a> {
    /// Sorted by name.
    pub(crate) crates: Vec<Crate<'a>>,
    /// Sorted by crate.
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) edges: Vec<Edge>,
    /// Never `Auto`.
    pub(crate) detail: Detail,
}

/// A crate with something to draw.
#[derive(Debug)]
pub(crate) struct Crate<'a> {
    pub(crate) name: &'a str,
    /// The version of its package, if it is known.
    pub(crate) version: &'a str,
    /// How many of its events and handlers are drawn.
    pub(crate) events: usize,
    pub(crate) handlers: usize,
}

#[derive(Debug)]
pub(crate) struct Node<'a> {
    /// The index of its crate.
    pub(crate) of: usize,
    pub(crate) kind: Kind<'a>,
    /// The events that it represents, by their index in the listing.
    pub(crate) events: Vec<usize>,
    /// The handlers that it represents, by their index among all handlers of the listing.
    pub(crate) handlers: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'a> {
    /// An event, with its handlers that have no node of their own.
    Event(&'a Event),
    /// An event that is named by a handler but not drawn itself: the name, and why.
    Outline(&'a str, &'static str),
    /// A handler, and its position in the dispatch order of its event, from 1.
    Handler(&'a Handler, usize),
    /// The handlers in one crate of an event of another crate, with the event's name.
    Handlers(&'a str),
    /// A whole crate.
    Crate,
}

/// An edge from a node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) kind: Leads,
    /// How many dispatches or emissions it represents.
    pub(crate) count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leads {
    /// From an event to a handler.
    Dispatch,
    /// From a handler to an event that it declares with `emits(..)`.
    Emit,
}

impl Net<'_> {
    /// The nodes of each crate.
    pub(crate) fn by_crate(&self) -> Vec<Vec<usize>> {
        let mut each = vec![Vec::new(); self.crates.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            each[node.of].push(at);
        }
        each
    }
}

impl<'a> Node<'a> {
    /// Whether it is an event without a handler that should have one.
    pub(crate) fn is_unhandled(&self) -> bool {
        matches!(self.kind, Kind::Event(event) if event.handlers.is_empty() && !event.unhandled_allowed)
    }

    /// The name of an event at its node, not escaped.
    pub(crate) fn event_name(&self) -> &'a str {
        match self.kind {
            Kind::Event(event) if event.name != event.path => &event.name,
            Kind::Event(event) => within_crate(&event.path, event.crate_name()),
            Kind::Outline(name, _) | Kind::Handlers(name) => name,
            Kind::Handler(handler, _) => &handler.event,
            Kind::Crate => "",
        }
    }
}

/// A path relative to its crate.
pub(crate) fn within_crate<'a>(path: &'a str, crate_name: &str) -> &'a str {
    path.strip_prefix(crate_name).and_then(|rest| rest.strip_prefix("::")).unwrap_or(path)
}
