//! The ways to register handlers for which crates are generated.

/// How many handlers one event has.
const EVENT: usize = 10;

/// How the handlers of a generated crate are registered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Registration {
    /// `#[event]` and `#[handler]`.
    Static,
    /// The same with the feature `inventory`.
    Inventory,
    /// The same, with all handlers on one event.
    OneEvent,
    /// A `Vec<Box<dyn Fn>>` for each event.
    Hand,
    /// Closures subscribed to a `DynamicBus`.
    Dynamic,
    /// No events: the cost of any program.
    Empty,
}

impl Registration {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Inventory => "inventory",
            Self::OneEvent => "one-event",
            Self::Hand => "hand",
            Self::Dynamic => "dynamic",
            Self::Empty => "empty",
        }
    }

    /// Whether the handlers are registered by attributes.
    pub(crate) fn is_linked(self) -> bool {
        matches!(self, Self::Static | Self::Inventory | Self::OneEvent)
    }

    /// How many handlers an event has.
    pub(crate) fn handlers_per_event(self, handlers: usize) -> usize {
        if self == Self::OneEvent { handlers } else { EVENT }
    }
}
