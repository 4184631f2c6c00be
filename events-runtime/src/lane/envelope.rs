//! An event on its way, with all that is needed to run its table later.

use std::mem::{self, MaybeUninit};
use std::num::NonZeroU32;
use std::ptr::{self, NonNull};

use events_core::Context;
use events_core::event::Event;

use super::route::{Route, RouteCell};
use super::run::without_limits;

/// Events up to this size lie in their envelope; larger ones in memory that their route keeps for reuse.
pub(super) const INLINE_BYTES: usize = 104;

/// The hash of an event's key.
pub(super) type Key = NonZeroU32;

/// The hash of a key as envelopes carry it.
#[inline(always)]
pub(super) fn fold(key: Option<u64>) -> Option<Key> {
    // A key that folds to zero shares its order with those that fold to one.
    key.map(|hash| Key::new((hash ^ hash >> 32) as u32).unwrap_or(Key::MIN))
}

/// An event of a type that only its route knows.
///
/// In a ring only its [`Body`] lies, behind the ring's stamp: together they are two cache lines, the first of which holds
/// all of a small event.
#[repr(C, align(8))]
pub(crate) struct Envelope {
    /// Where the stamp lies in a ring, so that the event is aligned here as it is there.
    gap: MaybeUninit<u32>,
    body: Body,
}

/// An envelope without the gap. It lies 4 bytes behind a multiple of 8: in a ring's slot, whose alignment is a cache line's,
/// or in an envelope. So its words and the event are aligned.
///
/// Invariants, upheld by [`write`](Envelope::write), the only way to make one:
/// - `route` points to a cell inside of the bus, which outlives every envelope: envelopes lie in the lanes' queues, with
///   workers, in windows' notes and among the dead letters, and a bus empties all of these before it drops its routes;
///   workers keep their bus alive.
/// - `cx` came from `Box::into_raw`.
/// - `event` holds a value of the route's type, or where that is too large a pointer to one.
#[repr(C, packed(4))]
pub(crate) struct Body {
    /// The hash of the key, folded; 0 for none. Keys that share a hash share their order, and nothing else.
    key: u32,
    route: NonNull<RouteCell>,
    cx: Option<NonNull<Context>>,
    event: Bytes,
}

#[repr(C)]
struct Bytes([MaybeUninit<u8>; INLINE_BYTES]);

const _: () = {
    assert!(size_of::<Body>() == 124 && size_of::<Envelope>() == 128);
    assert!((4 + mem::offset_of!(Body, event)).is_multiple_of(EVENT_ALIGNMENT));
};

/// As much of a body as shares a cache line with the ring's stamp.
const FIRST_LINE: usize = 60;

/// The greatest alignment of an event that lies in its envelope.
const EVENT_ALIGNMENT: usize = 8;

// SAFETY: an event is `Send`, and so is everything a route and a context consist of.
unsafe impl Send for Body {}
// SAFETY: an event is `Sync`, and so is everything a route and a context consist of.
unsafe impl Sync for Body {}

impl Envelope {
    /// Whether events of this type lie in the envelope itself.
    pub(super) const fn holds<E>() -> bool {
        size_of::<E>() <= INLINE_BYTES && align_of::<E>() <= EVENT_ALIGNMENT
    }

    /// How many bytes of a body are in use for events of this type.
    pub(super) const fn bytes_of<E>() -> usize {
        mem::offset_of!(Body, event) + if Self::holds::<E>() { size_of::<E>() } else { size_of::<*mut E>() }
    }

    /// Puts an event into the body at `to`.
    ///
    /// # Safety
    /// `to` is valid for writes of a body and lies where a body may; what lies there needs no drop. `cell` is the cell of
    /// `route`, within the bus that the envelope stays with.
    #[inline(always)]
    pub(super) unsafe fn write<E: Event>(
        to: NonNull<Body>,
        cell: NonNull<RouteCell>,
        route: &Route<E>,
        key: Option<Key>,
        cx: Option<Box<Context>>,
        event: E,
    ) {
        let to = to.as_ptr();
        // SAFETY: within the body, of which the caller vouches that it may be written, and that its words are aligned.
        unsafe {
            (&raw mut (*to).key).write(key.map_or(0, Key::get));
            (&raw mut (*to).route).write(cell);
            (&raw mut (*to).cx).write(cx.map(|cx| NonNull::from(Box::leak(cx))));
            let place = &raw mut (*to).event;
            if const { Self::holds::<E>() } {
                place.cast::<E>().write(event);
            } else {
                place.cast::<NonNull<E>>().write(route.pool().put(event));
            }
        }
    }

    /// Moves the body at `from` into the envelope at `to`, its bytes in use and no more.
    ///
    /// # Safety
    /// `from` holds a body, which is not used again; `to` is valid for writes of an envelope.
    #[inline(always)]
    pub(super) unsafe fn move_out(from: NonNull<Body>, to: *mut Self) {
        // SAFETY: both are bodies, and what lies behind the bytes in use is never read.
        unsafe {
            let bytes = (*from.as_ptr()).route().bytes();
            let (from, to) = (from.as_ptr().cast::<u8>(), (&raw mut (*to).body).cast::<u8>());
            // Of a length that the compiler knows, it takes a few instructions; the rest is rarely there.
            ptr::copy_nonoverlapping(from, to, FIRST_LINE);
            if bytes > FIRST_LINE {
                ptr::copy_nonoverlapping(from.add(FIRST_LINE), to.add(FIRST_LINE), bytes - FIRST_LINE);
            }
        }
    }

    /// Who knows what to do with it.
    #[inline(always)]
    pub(super) fn cell(&self) -> NonNull<RouteCell> {
        self.body.route
    }

    /// Who knows what to do with it.
    #[inline(always)]
    pub(super) fn route(&self) -> &RouteCell {
        self.body.route()
    }

    /// The hash of its key.
    #[inline(always)]
    pub(super) fn key(&self) -> Option<Key> {
        Key::new(self.body.key)
    }

    /// What was sent along with it.
    #[inline(always)]
    pub(super) fn cx(&self) -> Option<&Context> {
        let cx = self.body.cx;
        // SAFETY: by the invariant it is a box's, which this envelope owns.
        cx.map(|cx| unsafe { cx.as_ref() })
    }

    /// Forgets deadline and cancellation.
    pub(super) fn lift_limits(&mut self) {
        let cx = self.body.cx;
        if let Some(mut cx) = cx {
            // SAFETY: by the invariant it is a box's, which this envelope owns.
            let cx = unsafe { cx.as_mut() };
            *cx = without_limits(cx);
        }
    }

    /// The event.
    ///
    /// # Safety
    /// `E` is the type of the envelope's route.
    #[inline(always)]
    pub(super) unsafe fn event<E: Event>(&self) -> &E {
        let place = &raw const self.body.event;
        // SAFETY: by the invariant an `E` lies here, or a pointer to one.
        unsafe {
            if const { Self::holds::<E>() } {
                &*place.cast::<E>()
            } else {
                (*place.cast::<NonNull<E>>()).as_ref()
            }
        }
    }

    /// Takes it apart.
    ///
    /// # Safety
    /// `E` is the type of the envelope's route, which is `route`.
    pub(super) unsafe fn open<E: Event>(self, route: &Route<E>) -> (E, Option<Key>, Option<Box<Context>>) {
        let this = mem::ManuallyDrop::new(self);
        let (key, cx) = (this.key(), this.body.cx);
        // SAFETY: by the invariant the context is a box's; it is taken once, since the envelope is not dropped.
        let cx = cx.map(|cx| unsafe { Box::from_raw(cx.as_ptr()) });
        let place = &raw const this.body.event;
        // SAFETY: by the invariant an `E` lies here, or a pointer to one that the route's pool gave out; it is read once,
        // since the envelope is not dropped.
        let event = unsafe {
            if const { Self::holds::<E>() } {
                place.cast::<E>().read()
            } else {
                route.pool().take(*place.cast::<NonNull<E>>())
            }
        };
        (event, key, cx)
    }

    /// Puts an event into an envelope that lies in no ring.
    ///
    /// # Safety
    /// `cell` is the cell of `route`, within the bus that the envelope stays with.
    pub(super) unsafe fn seal<E: Event>(
        cell: NonNull<RouteCell>,
        route: &Route<E>,
        key: Option<Key>,
        cx: Option<Box<Context>>,
        event: E,
    ) -> Self {
        let mut envelope = MaybeUninit::<Self>::uninit();
        // SAFETY: the place is within an envelope; the rest is the caller's word. Written, it is initialized.
        unsafe {
            let to = NonNull::new_unchecked(&raw mut (*envelope.as_mut_ptr()).body);
            Self::write(to, cell, route, key, cx, event);
            envelope.assume_init()
        }
    }
}

impl Body {
    /// Who knows what to do with it.
    #[inline(always)]
    pub(super) fn route(&self) -> &RouteCell {
        let route = self.route;
        // SAFETY: the cell outlives the envelope, by the invariant.
        unsafe { route.as_ref() }
    }

    /// Drops the event in its place.
    ///
    /// # Safety
    /// `E` is the type of the envelope's route, which is `route`; the event is not used again.
    #[inline(always)]
    pub(super) unsafe fn drop_event<E: Event>(&mut self, route: &Route<E>) {
        let place = &raw mut self.event;
        // SAFETY: by the invariant an `E` lies here, or a pointer to one that the route's pool gave out.
        unsafe {
            if const { Envelope::holds::<E>() } {
                place.cast::<E>().drop_in_place();
            } else {
                drop(route.pool().take(*place.cast::<NonNull<E>>()));
            }
        }
    }
}

impl Drop for Body {
    #[inline]
    fn drop(&mut self) {
        let (route, cx) = (self.route, self.cx);
        // SAFETY: the cell outlives the envelope, by the invariant.
        let route = unsafe { route.as_ref() };
        if let Some(cx) = cx {
            // SAFETY: by the invariant it is a box's, which this envelope owns.
            route.lane().contexts.give_back(unsafe { Box::from_raw(cx.as_ptr()) });
        }
        if route.needs_drop() {
            // SAFETY: this envelope belongs to that route, and nobody uses its event after this.
            unsafe { route.drop_event(self) };
        }
    }
}
