//! The graph itself: nodes in crates, and what leads from one to the other.

mod build;
mod fold;

use clap::ValueEnum;

use super::Drawing;
use crate::model::{Event, Handler};

/// With more handlers than this, a graph shows how many there are in place of each, unless it is told otherwise.
const MANY: usize = 150;

/// How fine a graph is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Detail {
    /// Each handler if there are 150 at most, else as `events`; in Mermaid as `crates` if it is more than is drawn anywhere
    #[default]
    Auto,
    /// Each event and each handler
    Handlers,
    /// Each event; of its handlers only how many there are in each crate
    Events,
    /// Each crate
    Crates,
}

/// A graph.
#[derive(Debug)]
pub(super) struct Net<'a> {
    /// In the order of their names.
    pub(super) crates: Vec<Crate<'a>>,
    /// Crate by crate.
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) edges: Vec<Edge>,
    /// Never `Auto`.
    pub(super) detail: Detail,
}

/// A crate with something to draw.
#[derive(Debug)]
pub(super) struct Crate<'a> {
    pub(super) name: &'a str,
    /// The version of its package, if it is known.
    pub(super) version: &'a str,
    /// How many events and handlers of it are drawn.
    pub(super) events: usize,
    pub(super) handlers: usize,
}

#[derive(Debug)]
pub(super) struct Node<'a> {
    /// The crate, by its index.
    pub(super) of: usize,
    pub(super) kind: Kind<'a>,
    /// What stands for an event here, by its index in the listing.
    pub(super) events: Vec<usize>,
    /// What stands for a handler here, by its place among all handlers of the listing.
    pub(super) handlers: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind<'a> {
    /// An event, with those of its handlers that have no node of their own.
    Event(&'a Event),
    /// An event that is named by a handler but not drawn itself: the name, and why.
    Outline(&'a str, &'static str),
    /// A handler, and its place in the dispatch order of its event, from 1.
    Handler(&'a Handler, usize),
    /// Handlers in one crate of an event of another; what the event is called.
    Handlers(&'a str),
    /// All of a crate.
    Crate,
}

/// What leads from a node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: Leads,
    /// How many ways it stands for.
    pub(super) count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leads {
    /// From an event to a handler.
    Dispatch,
    /// From a handler to an event that it says it emits.
    Emit,
}

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

    /// The nodes of each crate.
    pub(super) fn by_crate(&self) -> Vec<Vec<usize>> {
        let mut each = vec![Vec::new(); self.crates.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            each[node.of].push(at);
        }
        each
    }
}

impl Node<'_> {
    /// Whether it is an event that nobody handles although somebody should.
    pub(super) fn is_unhandled(&self) -> bool {
        matches!(self.kind, Kind::Event(event) if event.handlers.is_empty() && !event.unhandled_allowed)
    }
}
