//! The list of all events and handlers that are linked into the running program.

#[cfg(feature = "alloc")]
use crate::bind::{Binder, Closure};
use crate::event::EventMeta;
use crate::handler::HandlerMeta;
#[cfg(feature = "alloc")]
use crate::handler::Observer;
use crate::table::{AnyTable, link};

/// Returns the list of all events and handlers that are linked into the running program.
///
/// Use it to print what a program does, or to assert in a test that a handler is linked. The list is complete before `main`
/// starts and never changes. Closures that are subscribed at run time are not in it.
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

/// All events and handlers of the running program, as [`registry`] returns it.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct LampBroken;
///
/// #[handler]
/// fn order_lamp(_: &LampBroken) {}
///
/// let registry = events::registry();
/// assert!(registry.events().any(|event| event.path == LampBroken::META.path));
/// assert!(registry.handlers().any(|handler| handler.path.ends_with("::order_lamp")));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Registry(());

impl Registry {
    /// Returns the events, in the order in which the linker placed them. This order may change with each build.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event(name = "tide.turned", version = 3)]
    /// struct TideTurned;
    ///
    /// let tide = events::registry().events().find(|event| event.name == "tide.turned").unwrap();
    /// assert_eq!(tide.version, 3);
    /// ```
    pub fn events(&self) -> impl Iterator<Item = &'static EventMeta> + use<> {
        link::tables().map(|table| table.event())
    }

    /// Returns the tables, in the order of [`events`](Self::events).
    #[doc(hidden)]
    pub fn tables(&self) -> impl Iterator<Item = &'static AnyTable> + use<> {
        link::tables()
    }

    /// Returns the handlers, event by event. Those of one event are in the order in which they run; the handlers of all
    /// events come last.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct WhistleBlown;
    ///
    /// #[handler(priority = -1)]
    /// fn applaud(_: &WhistleBlown) {}
    ///
    /// #[handler(priority = 10)]
    /// fn stop_clock(_: &WhistleBlown) {}
    ///
    /// let handlers = events::registry().handlers().filter(|handler| handler.event.path == WhistleBlown::META.path);
    /// let priorities: Vec<i32> = handlers.map(|handler| handler.priority).collect();
    /// assert_eq!(priorities, [10, -1]);
    /// ```
    #[cfg(feature = "alloc")]
    pub fn handlers(&self) -> impl Iterator<Item = &'static HandlerMeta> + use<> {
        let handlers = link::tables().flat_map(|table| {
            let mut handlers = alloc::vec::Vec::new();
            table.for_each_handler(&mut |handler| handlers.push(handler));
            handlers
        });
        handlers.chain(self.observers())
    }

    /// Calls `see` with each handler, event by event. Those of one event come in the order in which they run.
    ///
    /// The handlers of all events come last, in the order in which the linker placed them. Unlike [`handlers`](Self::handlers)
    /// it works without the feature `alloc`.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct TrainArrived;
    ///
    /// #[handler]
    /// fn open_doors(_: &TrainArrived) {}
    ///
    /// let mut count = 0;
    /// events::registry().for_each_handler(|handler| count += u32::from(handler.event.path == TrainArrived::META.path));
    /// assert_eq!(count, 1);
    /// ```
    pub fn for_each_handler(&self, mut see: impl FnMut(&'static HandlerMeta)) {
        link::tables().for_each(|table| table.for_each_handler(&mut see));
        link::observers().for_each(|observer| see(observer.meta()));
    }

    /// Returns the handlers of all events, those marked `#[handler(all)]`, in the order in which they run.
    ///
    /// ```standalone_crate
    /// use events::AnyEvent;
    /// use events::prelude::*;
    ///
    /// #[handler(all)]
    /// fn trace_all(_: &AnyEvent<'_>) {}
    ///
    /// let observers: Vec<_> = events::registry().observers().collect();
    /// assert_eq!(observers.len(), 1);
    /// assert!(observers[0].is_for_all() && observers[0].path.ends_with("::trace_all"));
    /// ```
    #[cfg(feature = "alloc")]
    pub fn observers(&self) -> impl Iterator<Item = &'static HandlerMeta> + use<> {
        in_order().into_iter().map(|observer| observer.meta())
    }

    /// Binds the arguments of the handlers of all events and returns these handlers in the order in which they run.
    /// Leaves out handlers that a test leaves out, and those with a missing argument, which the binder records.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub fn bind_observers(&self, binder: &mut Binder<'_>) -> alloc::vec::Vec<Closure> {
        let all = in_order().into_iter().filter(|observer| !binder.leaves_out(observer.meta()));
        let all: alloc::vec::Vec<_> = all.collect();
        all.into_iter()
            .filter_map(|observer| Some(Closure::linked(observer.meta(), observer.bind(binder)?)))
            .collect()
    }

    /// Returns how the tables were gathered: `"linker"`, or `"inventory"` with that feature and on WebAssembly.
    ///
    /// ```
    /// assert!(["linker", "inventory"].contains(&events::registry().backend()));
    /// ```
    pub fn backend(&self) -> &'static str {
        link::BACKEND
    }
}

/// The handlers of all events by priority, high first, then by path, like the handlers of one event.
#[cfg(feature = "alloc")]
fn in_order() -> alloc::vec::Vec<&'static Observer> {
    let mut all: alloc::vec::Vec<_> = link::observers().collect();
    all.sort_by(|a, b| crate::table::compare(a.meta(), b.meta()));
    all
}
