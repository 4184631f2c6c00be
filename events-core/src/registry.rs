//! What is linked into the running program.

use crate::event::EventMeta;
use crate::handler::HandlerMeta;
use crate::table::{AnyTable, link};

/// All events and handlers of the running program.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct Ping;
///
/// #[handler]
/// fn pong(_: &Ping) {}
///
/// let handler = events::registry().handlers().find(|handler| handler.event.path == Ping::META.path);
/// assert!(handler.unwrap().path.ends_with("pong"));
/// ```
pub fn registry() -> Registry {
    Registry(())
}

/// See [`registry`].
#[derive(Clone, Copy, Debug)]
pub struct Registry(());

impl Registry {
    /// The events, in the order in which the linker left them.
    pub fn events(&self) -> impl Iterator<Item = &'static EventMeta> + use<> {
        link::tables().map(|table| table.event())
    }

    /// The tables, in the order of [`events`](Self::events).
    pub fn tables(&self) -> impl Iterator<Item = &'static dyn AnyTable> + use<> {
        link::tables()
    }

    /// The handlers, event by event, each event's in dispatch order.
    #[cfg(feature = "alloc")]
    pub fn handlers(&self) -> impl Iterator<Item = &'static HandlerMeta> + use<> {
        link::tables().flat_map(|table| {
            let mut handlers = alloc::vec::Vec::new();
            table.for_each_handler(&mut |handler| handlers.push(handler));
            handlers
        })
    }

    /// Calls `see` with each handler, event by event, each event's in dispatch order.
    pub fn for_each_handler(&self, mut see: impl FnMut(&'static HandlerMeta)) {
        link::tables().for_each(|table| table.for_each_handler(&mut see));
    }

    /// How the tables were gathered: by the `linker`, or with `inventory`.
    pub fn backend(&self) -> &'static str {
        link::BACKEND
    }
}
