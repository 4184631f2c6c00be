//! The type of an event as queues see it: its size, its drop, its metadata.

use std::any::{Any, TypeId};
use std::ptr::NonNull;
use std::sync::Arc;

use events_core::event::{Event, EventMeta};

use super::layout::{bytes_of, is_inline};
use super::memory::{ContextPool, EventPool};

use crate::door::{ForeignCode, Panics};

/// One event type on one lane. The bus owns it, and it does not move.
pub(crate) struct MessageType {
    event: &'static EventMeta,
    id: TypeId,
    /// How many bytes of a message are in use.
    bytes: usize,
    /// Drops an event in place. `None` if it needs no drop.
    drop: Option<DropEvent>,
    /// An `EventPool<E>`, for an event that does not fit its message.
    pool: Option<Box<dyn Any + Send + Sync>>,
    contexts: Arc<ContextPool>,
    panics: Arc<Panics>,
}

/// Drops the event of a message of this type in place.
type DropEvent = unsafe fn(&MessageType, NonNull<u8>);

impl MessageType {
    /// The type of messages with an `E`, of which up to `most` are on the lane at a time.
    pub(in crate::lane) fn new<E: Event>(
        most: usize,
        contexts: Arc<ContextPool>,
        panics: Arc<Panics>,
    ) -> Self {
        let (drop, pool): (Option<DropEvent>, _) = if !is_inline::<E>() {
            (Some(drop_pooled::<E>), Some(Box::new(EventPool::<E>::new(most)) as _))
        } else if std::mem::needs_drop::<E>() {
            (Some(drop_inline::<E>), None)
        } else {
            (None, None)
        };
        Self { event: E::META, id: TypeId::of::<E>(), bytes: bytes_of::<E>(), drop, pool, contexts, panics }
    }

    /// The event's metadata.
    pub(in crate::lane) fn event(&self) -> &'static EventMeta {
        self.event
    }

    /// Whether it is of `E`.
    pub(in crate::lane) fn is<E: Event>(&self) -> bool {
        self.id == TypeId::of::<E>()
    }

    #[inline(always)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(in crate::lane) fn contexts(&self) -> &ContextPool {
        &self.contexts
    }

    /// The pool of memory for events that do not fit their messages.
    ///
    /// # Safety
    /// This is a type of messages with an `E`, and an `E` does not fit a message.
    #[inline]
    pub(super) unsafe fn pool<E: Event>(&self) -> &EventPool<E> {
        let pool: *const (dyn Any + Send + Sync) = match &self.pool {
            Some(pool) => &**pool,
            None => unreachable!("an event that does not fit its message has a pool"),
        };
        // SAFETY: `new` made a pool of `E`, since the caller guarantees that `E` does not fit.
        unsafe { &*pool.cast::<EventPool<E>>() }
    }

    /// Drops the event at this place.
    ///
    /// # Safety
    /// `place` is the event's place in a message of this type, and the event is not used again.
    #[inline]
    pub(super) unsafe fn drop_event(&self, place: NonNull<u8>) {
        if let Some(drop_event) = self.drop {
            // SAFETY: the caller guarantees it.
            _ = self.panics.call(ForeignCode::EventDrop, || unsafe { drop_event(self, place) });
        }
    }
}

/// # Safety
/// `place` holds an `E`, which is not used again.
unsafe fn drop_inline<E: Event>(_: &MessageType, place: NonNull<u8>) {
    // SAFETY: the caller guarantees it.
    unsafe { place.cast::<E>().drop_in_place() };
}

/// # Safety
/// `place` holds a pointer to an `E` from the pool of this type, and the `E` is not used again.
unsafe fn drop_pooled<E: Event>(of: &MessageType, place: NonNull<u8>) {
    // SAFETY: the caller guarantees it.
    drop(unsafe { of.pool::<E>().take(place.cast::<NonNull<E>>().read()) });
}

/// A pointer to a message type. It is `Send` and `Sync`.
///
/// It does not outlive the bus that owns the type: messages are in the queues of a bus, with its workers, in batch
/// windows or among dead letters, and a bus drops all of these before its types.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TypeRef(NonNull<MessageType>);

impl TypeRef {
    /// # Safety
    /// The pointer and its copies are not used after the bus that owns the type was dropped.
    #[inline(always)]
    pub(in crate::lane) unsafe fn new(of: NonNull<MessageType>) -> Self {
        Self(of)
    }

    #[inline(always)]
    pub(in crate::lane) fn get(&self) -> &MessageType {
        // SAFETY: the type exists as long as the bus, and this is not used after the bus: see `new`.
        unsafe { self.0.as_ref() }
    }

    /// The address, for callers that know of which struct the type is a field.
    #[inline(always)]
    pub(in crate::lane) fn as_ptr(self) -> NonNull<MessageType> {
        self.0
    }
}

// SAFETY: a message type is `Sync`, and the pointer is not used after its bus: see `new`.
unsafe impl Send for TypeRef {}
// SAFETY: as above.
unsafe impl Sync for TypeRef {}
