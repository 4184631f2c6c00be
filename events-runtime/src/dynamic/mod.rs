//! Buses that register at run time and downcast `Any`: what link-time tables replace, each as good as its kind can be.
//!
//! They are here to be compared with, and for programs that must choose their handlers at run time. Each can take over
//! the linked handlers ([`BusBuilder::build_dynamic`]) and all share [`EventBus`] with [`Bus`], so that a program
//! switches by one type.
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

/// What every bus can do.
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
    /// Keeps a closure subscribed until it is dropped.
    type Guard;

    /// Runs the event's handlers now, on this thread.
    fn emit<E: SyncEvent>(&self, event: &E) -> Outcome {
        self.emit_with(event, Context::empty())
    }

    /// Like [`emit`](Self::emit), with a context.
    fn emit_with<E: SyncEvent>(&self, event: &E, cx: &Context) -> Outcome;

    /// Adds a closure, run after the handlers that are there already.
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

/// A bus that takes over the linked handlers when it is built.
pub trait FromLinked: Default {
    /// Registers the handlers of one event, in dispatch order, for good.
    #[doc(hidden)]
    fn register(&mut self, id: TypeId, event: &'static EventMeta, rows: Vec<AnyRow>);
}

/// Hands the type's id on as the hash it already is.
#[derive(Default)]
struct TypeIdHasher(u64);

impl Hasher for TypeIdHasher {
    fn write(&mut self, bytes: &[u8]) {
        // A `TypeId` writes its hash with `write_u64`; should that change, this still spreads.
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
