use std::any::{Any, TypeId};
use std::fmt;
use std::hash::RandomState;
use std::sync::Arc;

use events_core::event::{EventMeta, SyncEvent};
use events_core::handler::HandlerOutput;
use events_core::private::plumbing::{AnyRow, run_rows};
use events_core::{Context, Outcome};

use super::list::DynamicSubscription;
use super::locked::LockedMap;
use super::{EventBus, FromLinked};

/// A bus with topics as strings and payloads as boxed `Any`: the subscriber must know which type a topic carries.
///
/// A handler that expects another type is skipped without an error, as is usual for buses of this kind.
///
/// ```
/// use events::TopicBus;
/// use events::prelude::*;
///
/// #[event]
/// struct Paid { cents: u64 }
///
/// let bus = TopicBus::new();
/// let _guard = bus.subscribe_to("order.paid", |paid: &Paid| assert_eq!(paid.cents, 990));
/// let outcome = bus.publish("order.paid", Box::new(Paid { cents: 990 }));
/// assert!(outcome.is_ok() && outcome.ran() == 1);
/// assert_eq!(bus.publish("order.paid", Box::new("990")).ran(), 0); // another type
/// ```
#[derive(Default)]
pub struct TopicBus {
    map: Arc<LockedMap<String, RandomState>>,
}

impl TopicBus {
    /// A bus without handlers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs the handlers of a topic with a payload. Handlers that expect another type are skipped.
    #[inline]
    pub fn publish(&self, topic: &str, payload: Box<dyn Any + Send + Sync>) -> Outcome {
        self.run(topic, &*payload, Context::empty())
    }

    /// Adds a closure to a topic, for payloads of type `E`, until the guard is dropped.
    #[track_caller]
    pub fn subscribe_to<E: SyncEvent, R: HandlerOutput>(
        &self,
        topic: impl Into<String>,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> DynamicSubscription {
        LockedMap::subscribe(&self.map, topic.into(), AnyRow::closure(closure))
    }

    #[inline]
    fn run(&self, topic: &str, payload: &dyn Any, cx: &Context) -> Outcome {
        self.map.run(topic, |rows| run_rows(rows, |kept| &kept.row, payload, cx))
    }
}

/// The topic of an event is its name.
impl EventBus for TopicBus {
    type Guard = DynamicSubscription;

    #[inline]
    fn emit_with<E: SyncEvent>(&self, event: &E, cx: &Context) -> Outcome {
        self.run(E::META.name, event, cx)
    }

    #[track_caller]
    fn subscribe<E: SyncEvent, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> DynamicSubscription {
        self.subscribe_to(E::META.name, closure)
    }
}

impl FromLinked for TopicBus {
    fn register(&mut self, _: TypeId, event: &'static EventMeta, rows: Vec<AnyRow>) {
        self.map.register(event.name.to_owned(), rows);
    }
}

impl fmt::Debug for TopicBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicBus").finish_non_exhaustive()
    }
}
