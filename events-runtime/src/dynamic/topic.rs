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

/// The classic: topics are strings, payloads are boxed `Any`, and whoever subscribes must guess the type right.
///
/// A payload of another type than a handler expects passes that handler by without a word, as it does in the classic.
#[derive(Default)]
pub struct TopicBus {
    map: Arc<LockedMap<String, RandomState>>,
}

impl TopicBus {
    /// A bus without handlers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs the handlers of a topic with a payload.
    #[inline]
    pub fn publish(&self, topic: &str, payload: Box<dyn Any + Send + Sync>) -> Outcome {
        self.run(topic, &*payload, Context::empty())
    }

    /// Adds a closure to a topic, for payloads of type `E`.
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
