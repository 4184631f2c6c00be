//! What is linked into the running program.

#[cfg(feature = "alloc")]
use crate::bind::{Binder, Closure};
use crate::event::EventMeta;
use crate::handler::HandlerMeta;
#[cfg(feature = "alloc")]
use crate::handler::Observer;
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
    #[doc(hidden)]
    pub fn tables(&self) -> impl Iterator<Item = &'static AnyTable> + use<> {
        link::tables()
    }

    /// The handlers, event by event, each event's in dispatch order; last the handlers of all events.
    #[cfg(feature = "alloc")]
    pub fn handlers(&self) -> impl Iterator<Item = &'static HandlerMeta> + use<> {
        let handlers = link::tables().flat_map(|table| {
            let mut handlers = alloc::vec::Vec::new();
            table.for_each_handler(&mut |handler| handlers.push(handler));
            handlers
        });
        handlers.chain(self.observers())
    }

    /// Calls `see` with each handler, event by event, each event's in dispatch order; last with the handlers of all events,
    /// as the linker left them.
    pub fn for_each_handler(&self, mut see: impl FnMut(&'static HandlerMeta)) {
        link::tables().for_each(|table| table.for_each_handler(&mut see));
        link::observers().for_each(|observer| see(observer.meta()));
    }

    /// The handlers of all events, `#[handler(all)]`, in the order in which they run.
    #[cfg(feature = "alloc")]
    pub fn observers(&self) -> impl Iterator<Item = &'static HandlerMeta> + use<> {
        in_order().into_iter().map(|observer| observer.meta())
    }

    /// The handlers of all events, with their arguments bound, in the order in which they run. What is missing is noted in
    /// the binder, and those handlers are left out; so are those that a test leaves out.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub fn bind_observers(&self, binder: &mut Binder<'_>) -> alloc::vec::Vec<Closure> {
        let all = in_order().into_iter().filter(|observer| !binder.leaves_out(observer.meta()));
        let all: alloc::vec::Vec<_> = all.collect();
        all.into_iter()
            .filter_map(|observer| Some(Closure::linked(observer.meta(), observer.bind(binder)?)))
            .collect()
    }

    /// How the tables were gathered: by the `linker`, or with `inventory`.
    pub fn backend(&self) -> &'static str {
        link::BACKEND
    }
}

/// By priority, high first, then by path, as the handlers of one event.
#[cfg(feature = "alloc")]
fn in_order() -> alloc::vec::Vec<&'static Observer> {
    let mut all: alloc::vec::Vec<_> = link::observers().collect();
    all.sort_by(|a, b| crate::table::compare(a.meta(), b.meta()));
    all
}
