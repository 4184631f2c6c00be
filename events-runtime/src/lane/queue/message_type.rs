//! What a queue knows of the event in a message: how large it is, and how it is dropped.

use std::any::{Any, TypeId};
use std::ptr::NonNull;
use std::sync::Arc;

use events_core::event::{Event, EventMeta};

use super::layout::{bytes_of, is_inline};
use super::memory::{ContextPool, EventPool};

use crate::door::{ForeignCode, Panics};

/// One type of event on one lane. It lies in the bus and does not move.
pub(crate) struct MessageType {
    event: &'static EventMeta,
    id: TypeId,
    /// How many bytes of a message this event takes up.
    bytes: usize,
    /// Drops an event in its place. `None` where nothing is to be done.
    drop: Option<DropEvent>,
    /// An `EventPool<E>`, for an event that does not fit its message.
    pool: Option<Box<dyn Any + Send + Sync>>,
    contexts: Arc<ContextPool>,
    panics: Arc<Panics>,
}

/// Drops an event of a message of this type, in its place.
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

    /// Where events lie that do not fit their messages.
    ///
    /// # Safety
    /// It is a type of messages with an `E`, which does not fit.
    #[inline]
    pub(super) unsafe fn pool<E: Event>(&self) -> &EventPool<E> {
        let pool: *const (dyn Any + Send + Sync) = match &self.pool {
            Some(pool) => &**pool,
            None => unreachable!("an event that does not fit its message has a pool"),
        };
        // SAFETY: `new` made a pool of `E`, since `E` does not fit: the caller's contract.
        unsafe { &*pool.cast::<EventPool<E>>() }
    }

    /// Drops the event at this place.
    ///
    /// # Safety
    /// The place is the one of an event in a message of this type, and the event is not used again.
    #[inline]
    pub(super) unsafe fn drop_event(&self, place: NonNull<u8>) {
        if let Some(drop_event) = self.drop {
            // SAFETY: passed on to the caller.
            _ = self.panics.call(ForeignCode::EventDrop, || unsafe { drop_event(self, place) });
        }
    }
}

/// # Safety
/// An `E` lies at the place, and is not used again.
unsafe fn drop_inline<E: Event>(_: &MessageType, place: NonNull<u8>) {
    // SAFETY: passed on to the caller.
    unsafe { place.cast::<E>().drop_in_place() };
}

/// # Safety
/// A pointer to an `E` lies at the place, given out by the pool of this type, and the `E` is not used again.
unsafe fn drop_pooled<E: Event>(of: &MessageType, place: NonNull<u8>) {
    // SAFETY: passed on to the caller.
    drop(unsafe { of.pool::<E>().take(place.cast::<NonNull<E>>().read()) });
}

/// A pointer to a message type, which may be sent to other threads.
///
/// Whatever holds one keeps the bus alive in which the type lies: messages lie in the queues of a bus, with its workers, in
/// batch windows and among its dead letters, and a bus empties all of these before it drops its types.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TypeRef(NonNull<MessageType>);

impl TypeRef {
    /// # Safety
    /// What is made of this lives no longer than the bus in which the type lies.
    #[inline(always)]
    pub(in crate::lane) unsafe fn new(of: NonNull<MessageType>) -> Self {
        Self(of)
    }

    #[inline(always)]
    pub(in crate::lane) fn get(&self) -> &MessageType {
        // SAFETY: the type lives as long as the bus, and whoever holds this keeps the bus alive.
        unsafe { self.0.as_ref() }
    }

    /// The address, for those who know in what the type lies.
    #[inline(always)]
    pub(in crate::lane) fn as_ptr(self) -> NonNull<MessageType> {
        self.0
    }
}

// SAFETY: a message type is `Sync`, and those who hold a pointer to it keep its bus alive.
unsafe impl Send for TypeRef {}
// SAFETY: as above.
unsafe impl Sync for TypeRef {}
