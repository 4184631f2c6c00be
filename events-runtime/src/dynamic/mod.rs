//! Buses that register handlers at run time and downcast `Any`: what link-time tables replace.
//!
//! They are here for comparison, and for programs that must choose their handlers at run time. Each can take over the linked
//! handlers ([`BusBuilder::build_dynamic`]). They implement [`EventBus`], as [`Bus`] does, so a program can switch from one to
//! another by changing one type.
//!
//! [`BusBuilder::build_dynamic`]: crate::BusBuilder::build_dynamic

mod list;
mod locked;
mod snapshot;
mod topic;

use std::any::TypeId;
use std::hash::{BuildHasherDefault, Hasher};

use events_core::event::{EventMeta, SyncEvent};
use events_core::handler::HandlerOutput;
use events_core::private::plumbing::AnyRow;
use events_core::{Context, Outcome};

pub use list::DynamicSubscription;
pub use locked::DynamicBus;
pub use snapshot::SnapshotBus;
pub use topic::TopicBus;

use crate::{Bus, Subscription};

/// What every bus can do: emit an event, and subscribe a closure. Code that is generic over it runs on each of them.
///
/// ```
/// use events::prelude::*;
/// use events::{DynamicBus, EventBus};
///
/// #[event]
/// struct Tick(u32);
///
/// fn three_ticks(bus: &impl EventBus) -> u32 {
///     (0..3).map(|n| bus.emit(&Tick(n)).ran()).sum()
/// }
///
/// let bus = DynamicBus::new();
/// let _guard = bus.subscribe(|tick: &Tick| assert!(tick.0 < 3));
/// assert_eq!(three_ticks(&bus), 3);
/// assert_eq!(three_ticks(&Bus::builder().build().unwrap()), 0);
/// ```
pub trait EventBus {
    /// Keeps a closure subscribed. Dropping it unsubscribes the closure.
    type Guard;

    /// Runs the event's handlers now, on this thread.
    fn emit<E: SyncEvent>(&self, event: &E) -> Outcome {
        self.emit_with(event, Context::empty())
    }

    /// Like [`emit`](Self::emit), with a context that the handlers see. Once its deadline has passed or it is cancelled, no further
    /// handler begins.
    ///
    /// ```
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    /// use events::{EventBus, SnapshotBus};
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = SnapshotBus::new();
    /// let _guard = bus.subscribe(|_: &Tick| ());
    /// let late = Context::new().with_timeout(Duration::ZERO);
    /// assert_eq!(bus.emit_with(&Tick, &late).stopped(), Some(Stop::Deadline));
    /// ```
    fn emit_with<E: SyncEvent>(&self, event: &E, cx: &Context) -> Outcome;

    /// Adds a closure that runs after the handlers that are already there, until the guard is dropped.
    #[track_caller]
    fn subscribe<E: SyncEvent, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> Self::Guard;
}

impl EventBus for Bus {
    type Guard = Subscription;

    #[inline]
    fn emit<E: SyncEvent>(&self, event: &E) -> Outcome {
        Bus::emit(self, event)
    }

    #[inline]
    fn emit_with<E: SyncEvent>(&self, event: &E, cx: &Context) -> Outcome {
        Bus::emit_with(self, event, cx)
    }

    #[track_caller]
    fn subscribe<E: SyncEvent, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> Subscription {
        Bus::subscribe(self, closure)
    }
}

/// A bus that takes over the linked handlers when it is built: what [`BusBuilder::build_dynamic`](crate::BusBuilder::build_dynamic)
/// can make. Its example builds one.
pub trait FromLinked: Default {
    /// Registers the handlers of one event, in dispatch order, for good.
    #[doc(hidden)]
    fn register(&mut self, id: TypeId, event: &'static EventMeta, rows: Vec<AnyRow>);
}

/// Uses a `TypeId` as its own hash, since it is one.
#[derive(Default)]
struct TypeIdHasher(u64);

impl Hasher for TypeIdHasher {
    fn write(&mut self, bytes: &[u8]) {
        // A `TypeId` writes its hash with `write_u64`. If that changes, this still distributes the values.
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type ByType = BuildHasherDefault<TypeIdHasher>;
