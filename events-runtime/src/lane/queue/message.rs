//! A message: an event that was sent, with its type, key and context.

use std::cell::UnsafeCell;
use std::mem::{self, MaybeUninit};
use std::num::NonZeroU32;
use std::ptr::{self, NonNull};

use events_core::Context;
use events_core::event::Event;

use super::layout::{EVENT_ALIGNMENT, EVENT_OFFSET, INLINE_BYTES, is_inline};
use super::memory::Extras;
use super::message_type::{MessageType, TypeRef};

/// The hash of an event's key.
pub(crate) type Key = NonZeroU32;

/// Folds the hash of a key into the 32 bits that a message has for it.
#[inline(always)]
pub(in crate::lane) fn fold(key: Option<u64>) -> Option<Key> {
    // Zero means no key, so a hash that folds to zero is replaced by one.
    key.map(|hash| Key::new((hash ^ hash >> 32) as u32).unwrap_or(Key::MIN))
}

/// An event whose type is erased: its [`MessageType`] describes it.
///
/// A ring stores only its [`Body`], after the ring's stamp. Together they take two cache lines, and a small event fits
/// the first.
#[repr(C, align(8))]
pub(crate) struct Message {
    /// As large as the stamp in a ring, so that the body is aligned here as it is there.
    gap: MaybeUninit<u32>,
    body: Body,
}

/// A message without the gap. Its address is 4 bytes after a multiple of 8, in a slot of a ring (which is aligned to a
/// cache line) as in a message. So its words and the event are aligned.
///
/// Invariants, upheld by [`write`](Message::write), the only way to make one:
/// - `of` is the type of the event, and outlives the message: see [`TypeRef`].
/// - `extras` came from `Box::into_raw`.
/// - `event` holds a value of that type, or a pointer to one if it is too large.
#[repr(C, packed(4))]
pub(crate) struct Body {
    /// The folded hash of the key, 0 for none. Keys with the same hash are handled in order as if they were one key.
    key: u32,
    of: TypeRef,
    extras: Option<NonNull<Extras>>,
    /// In a cell, because a shared event may change if it contains atomics or a mutex.
    event: UnsafeCell<Bytes>,
}

#[repr(C)]
struct Bytes([MaybeUninit<u8>; INLINE_BYTES]);

const _: () = {
    assert!(size_of::<Message>() == 128 && size_of::<Body>() == 124);
    assert!(mem::offset_of!(Body, event) == EVENT_OFFSET);
    assert!((size_of::<u32>() + EVENT_OFFSET).is_multiple_of(EVENT_ALIGNMENT));
};

/// How much of a body is in the same cache line as the ring's stamp.
const FIRST_LINE: usize = 60;

// SAFETY: an event is `Send`, and so are message types and contexts.
unsafe impl Send for Body {}
// SAFETY: an event is `Sync`, and so are message types and contexts.
unsafe impl Sync for Body {}

impl Message {
    /// Puts an event into the body at `to`.
    ///
    /// # Safety
    /// `to` is valid for writes of a body and aligned as a body is; what it points to needs no drop. `of` is a type of
    /// messages with an `E`.
    #[inline(always)]
    pub(in crate::lane) unsafe fn write<E: Event>(
        to: NonNull<Body>,
        of: TypeRef,
        key: Option<Key>,
        extras: Option<Box<Extras>>,
        event: E,
    ) {
        let to = to.as_ptr();
        // SAFETY: all writes are within the body, and the caller guarantees that it may be written and is aligned.
        unsafe {
            (&raw mut (*to).key).write(key.map_or(0, Key::get));
            (&raw mut (*to).of).write(of);
            (&raw mut (*to).extras).write(extras.map(|extras| NonNull::from(Box::leak(extras))));
            let place = &raw mut (*to).event;
            if const { is_inline::<E>() } {
                place.cast::<E>().write(event);
            } else {
                place.cast::<NonNull<E>>().write(of.get().pool::<E>().put(event));
            }
        }
    }

    /// Moves the body at `from` into the message at `to`. Copies only the bytes in use.
    ///
    /// # Safety
    /// `from` holds a body, which is not used again; `to` is valid for writes of a message.
    #[inline(always)]
    pub(super) unsafe fn move_out(from: NonNull<Body>, to: *mut Self) {
        // SAFETY: both are valid for a body, and bytes after those in use are never read.
        unsafe {
            let bytes = (*from.as_ptr()).message_type().bytes();
            let (from, to) = (from.as_ptr().cast::<u8>(), (&raw mut (*to).body).cast::<u8>());
            // The length is constant, so this copy takes a few instructions. Few events need the second copy.
            ptr::copy_nonoverlapping(from, to, FIRST_LINE);
            if bytes > FIRST_LINE {
                ptr::copy_nonoverlapping(from.add(FIRST_LINE), to.add(FIRST_LINE), bytes - FIRST_LINE);
            }
        }
    }

    /// The pointer to the message type.
    #[inline(always)]
    pub(in crate::lane) fn type_ref(&self) -> TypeRef {
        self.body.of
    }

    /// The message type.
    #[inline(always)]
    pub(in crate::lane) fn message_type(&self) -> &MessageType {
        self.body.message_type()
    }

    /// The hash of its key.
    #[inline(always)]
    pub(in crate::lane) fn key(&self) -> Option<Key> {
        Key::new(self.body.key)
    }

    /// The context and flags of the message, if it has any.
    #[inline(always)]
    pub(in crate::lane) fn extras(&self) -> Option<&Extras> {
        let extras = self.body.extras;
        // SAFETY: by the invariant it came from a box, which this message owns.
        extras.map(|extras| unsafe { extras.as_ref() })
    }

    /// The context that was sent with it.
    #[inline(always)]
    pub(in crate::lane) fn cx(&self) -> Option<&Context> {
        self.extras().map(|extras| &extras.cx)
    }

    /// Whether it was sent because of a dead letter.
    pub(in crate::lane) fn is_from_dead_letter(&self) -> bool {
        self.extras().is_some_and(|extras| extras.from_dead_letter)
    }

    /// Marks the message as sent because of a dead letter.
    pub(in crate::lane) fn set_from_dead_letter(&mut self) {
        let extras = self.body.extras.unwrap_or_else(|| {
            let empty = self.message_type().contexts().put(Extras::default());
            NonNull::from(Box::leak(empty))
        });
        self.body.extras = Some(extras);
        // SAFETY: by the invariant it came from a box, which this message owns.
        unsafe { (*extras.as_ptr()).from_dead_letter = true };
    }

    /// Removes deadline and cancellation from its context.
    pub(in crate::lane) fn lift_limits(&mut self) {
        let extras = self.body.extras;
        if let Some(mut extras) = extras {
            // SAFETY: by the invariant it came from a box, which this message owns.
            let extras = unsafe { extras.as_mut() };
            extras.cx = without_limits(&extras.cx);
        }
    }

    /// The event.
    ///
    /// # Safety
    /// The message is of `E`.
    #[inline(always)]
    pub(in crate::lane) unsafe fn event<E: Event>(&self) -> &E {
        let place = &raw const self.body.event;
        // SAFETY: by the invariant this holds an `E`, or a pointer to one. It is in an `UnsafeCell`, so it may have
        // interior mutability, and the message is not moved while it is borrowed.
        unsafe {
            if const { is_inline::<E>() } {
                &*place.cast::<E>()
            } else {
                (*place.cast::<NonNull<E>>()).as_ref()
            }
        }
    }

    /// The event, if it is an `E`.
    pub(in crate::lane) fn downcast<E: Event>(&self) -> Option<&E> {
        // SAFETY: the message type has just confirmed that it is of `E`.
        self.message_type().is::<E>().then(|| unsafe { self.event::<E>() })
    }

    /// Takes the message apart: event, key and extras.
    ///
    /// # Safety
    /// The message is of `E`.
    pub(in crate::lane) unsafe fn open<E: Event>(self) -> (E, Option<Key>, Option<Box<Extras>>) {
        let this = mem::ManuallyDrop::new(self);
        let (key, extras) = (this.key(), this.body.extras);
        // SAFETY: by the invariant it came from a box; it is taken once, since the message is not dropped.
        let extras = extras.map(|extras| unsafe { Box::from_raw(extras.as_ptr()) });
        let place = &raw const this.body.event;
        // SAFETY: by the invariant this holds an `E`, or a pointer to one from the type's pool; it is read once, since
        // the message is not dropped.
        let event = unsafe {
            if const { is_inline::<E>() } {
                place.cast::<E>().read()
            } else {
                this.message_type().pool::<E>().take(place.cast::<NonNull<E>>().read())
            }
        };
        (event, key, extras)
    }

    /// Puts an event into a message outside of a ring.
    ///
    /// # Safety
    /// `of` is a type of messages with an `E`.
    pub(in crate::lane) unsafe fn seal<E: Event>(
        of: TypeRef,
        key: Option<Key>,
        extras: Option<Box<Extras>>,
        event: E,
    ) -> Self {
        let mut message = MaybeUninit::<Self>::uninit();
        // SAFETY: the body is part of a message; the caller guarantees the rest. After `write` the message is
        // initialized.
        unsafe {
            let to = NonNull::new_unchecked(&raw mut (*message.as_mut_ptr()).body);
            Self::write(to, of, key, extras, event);
            message.assume_init()
        }
    }
}

/// A copy of a context without its deadline and cancellation.
pub(in crate::lane) fn without_limits(cx: &Context) -> Context {
    cx.without_limits().with_attempt(1)
}

impl Body {
    /// The message type.
    #[inline(always)]
    pub(in crate::lane) fn message_type(&self) -> &MessageType {
        let of = &raw const self.of;
        // SAFETY: `of` is aligned, because a body is, and the type outlives the message, by the invariant.
        unsafe { (*of).get() }
    }
}

impl Drop for Body {
    #[inline]
    fn drop(&mut self) {
        let (of, extras) = (self.of, self.extras);
        if let Some(extras) = extras {
            // SAFETY: by the invariant it came from a box, which this message owns.
            of.get().contexts().give_back(unsafe { Box::from_raw(extras.as_ptr()) });
        }
        // SAFETY: by the invariant this holds the event, and it is not used after this.
        unsafe { of.get().drop_event(NonNull::new_unchecked(&raw mut self.event).cast()) };
    }
}
