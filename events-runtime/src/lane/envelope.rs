//! An event on its way, with all that is needed to run its table later.

use std::mem::{self, MaybeUninit};
use std::num::NonZeroU64;
use std::ptr::{self, NonNull};

use events_core::Context;
use events_core::event::Event;

use super::route::{Route, RouteCell};
use super::run::without_limits;

/// Events up to this size lie in their envelope; larger ones in memory that their route keeps for reuse.
pub(super) const INLINE_BYTES: usize = 104;

/// An event of a type that only its route knows.
///
/// The three words before the event and the first bytes of it share a cache line in the ring.
///
/// Invariants, upheld by [`write`](Self::write), the only way to make one:
/// - `route` points to a cell inside of the bus, which outlives every envelope: envelopes lie in the lanes' queues, with
///   workers, in windows' notes and among the dead letters, and a bus empties all of these before it drops its routes;
///   workers keep their bus alive.
/// - `event` holds a value of the route's type, or where that is too large a pointer to one.
#[repr(C)]
pub(crate) struct Envelope {
    route: NonNull<RouteCell>,
    key: Option<NonZeroU64>,
    cx: Option<Box<Context>>,
    event: Bytes,
}

#[repr(C, align(8))]
struct Bytes([MaybeUninit<u8>; INLINE_BYTES]);

// SAFETY: an event is `Send`, and so is everything a route and a context consist of.
unsafe impl Send for Envelope {}
// SAFETY: an event is `Sync`, and so is everything a route and a context consist of.
unsafe impl Sync for Envelope {}

impl Envelope {
    /// What lies in front of the event.
    const HEAD_BYTES: usize = mem::offset_of!(Envelope, event);

    /// Whether events of this type lie in the envelope itself.
    pub(super) const fn holds<E>() -> bool {
        size_of::<E>() <= INLINE_BYTES && align_of::<E>() <= align_of::<Bytes>()
    }

    /// How many bytes of an envelope are in use for events of this type.
    pub(super) const fn bytes_of<E>() -> usize {
        Self::HEAD_BYTES + if Self::holds::<E>() { size_of::<E>() } else { size_of::<*mut E>() }
    }

    /// Puts an event into the envelope at `to`.
    ///
    /// # Safety
    /// `to` is valid for writes of an envelope, and what lies there needs no drop. `cell` is the cell of `route`, within
    /// the bus that the envelope stays with.
    #[inline(always)]
    pub(super) unsafe fn write<E: Event>(
        to: NonNull<Self>,
        cell: NonNull<RouteCell>,
        route: &Route<E>,
        key: Option<u64>,
        cx: Option<Box<Context>>,
        event: E,
    ) {
        let to = to.as_ptr();
        // SAFETY: within the envelope, of which the caller vouches that it may be written.
        unsafe {
            (&raw mut (*to).route).write(cell);
            // A key of zero shares its order with that of one. That is a matter of speed alone.
            (&raw mut (*to).key).write(key.map(|key| NonZeroU64::new(key).unwrap_or(NonZeroU64::MIN)));
            (&raw mut (*to).cx).write(cx);
            let place = &raw mut (*to).event;
            if const { Self::holds::<E>() } {
                place.cast::<E>().write(event);
            } else {
                place.cast::<NonNull<E>>().write(route.pool().put(event));
            }
        }
    }

    /// Moves the envelope at `from` to `to`, its bytes in use and no more.
    ///
    /// # Safety
    /// `from` holds an envelope, which is not used again; `to` is valid for writes of one.
    #[inline(always)]
    pub(super) unsafe fn move_out(from: NonNull<Self>, to: *mut Self) {
        // SAFETY: both are envelopes, and what lies behind the bytes in use is never read.
        unsafe {
            let bytes = (*from.as_ptr()).route.as_ref().bytes();
            ptr::copy_nonoverlapping(from.as_ptr().cast::<u8>(), to.cast::<u8>(), bytes);
        }
    }

    /// Who knows what to do with it.
    #[inline(always)]
    pub(super) fn cell(&self) -> NonNull<RouteCell> {
        self.route
    }

    /// Who knows what to do with it.
    #[inline(always)]
    pub(super) fn route(&self) -> &RouteCell {
        // SAFETY: the cell outlives the envelope, by the invariant.
        unsafe { self.route.as_ref() }
    }

    /// The hash of its key.
    #[inline(always)]
    pub(super) fn key(&self) -> Option<NonZeroU64> {
        self.key
    }

    /// What was sent along with it.
    #[inline(always)]
    pub(super) fn cx(&self) -> Option<&Context> {
        self.cx.as_deref()
    }

    /// Forgets deadline and cancellation.
    pub(super) fn lift_limits(&mut self) {
        if let Some(cx) = &mut self.cx {
            **cx = without_limits(cx);
        }
    }

    /// The event.
    ///
    /// # Safety
    /// `E` is the type of the envelope's route.
    #[inline(always)]
    pub(super) unsafe fn event<E: Event>(&self) -> &E {
        let place: *const Bytes = &self.event;
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
    pub(super) unsafe fn open<E: Event>(
        self,
        route: &Route<E>,
    ) -> (E, Option<NonZeroU64>, Option<Box<Context>>) {
        let mut this = mem::ManuallyDrop::new(self);
        let place: *const Bytes = &this.event;
        // SAFETY: by the invariant an `E` lies here, or a pointer to one that the route's pool gave out; it is read once,
        // since the envelope is not dropped.
        let event = unsafe {
            if const { Self::holds::<E>() } {
                place.cast::<E>().read()
            } else {
                route.pool().take(*place.cast::<NonNull<E>>())
            }
        };
        (event, this.key, this.cx.take())
    }

    /// Puts an event that was taken out back into an envelope.
    ///
    /// # Safety
    /// As [`write`](Self::write).
    pub(super) unsafe fn seal<E: Event>(
        cell: NonNull<RouteCell>,
        route: &Route<E>,
        key: Option<NonZeroU64>,
        cx: Option<Box<Context>>,
        event: E,
    ) -> Self {
        let mut envelope = MaybeUninit::<Self>::uninit();
        let to = NonNull::from(&mut envelope).cast();
        // SAFETY: the place is valid; the rest is the caller's word. Written, it is initialized.
        unsafe {
            Self::write(to, cell, route, key.map(NonZeroU64::get), cx, event);
            envelope.assume_init()
        }
    }

    /// Drops the event in its place.
    ///
    /// # Safety
    /// `E` is the type of the envelope's route, which is `route`; the event is not used again.
    #[inline(always)]
    pub(super) unsafe fn drop_event<E: Event>(&mut self, route: &Route<E>) {
        let place: *mut Bytes = &mut self.event;
        // SAFETY: by the invariant an `E` lies here, or a pointer to one that the route's pool gave out.
        unsafe {
            if const { Self::holds::<E>() } {
                place.cast::<E>().drop_in_place();
            } else {
                drop(route.pool().take(*place.cast::<NonNull<E>>()));
            }
        }
    }
}

impl Drop for Envelope {
    #[inline]
    fn drop(&mut self) {
        let route = self.route;
        if let Some(cx) = self.cx.take() {
            // SAFETY: the cell outlives the envelope, by the invariant.
            unsafe { route.as_ref() }.lane().contexts.give_back(cx);
        }
        // SAFETY: as above; this envelope belongs to that route, and nobody uses its event after this.
        unsafe { route.as_ref().drop_event(self) };
    }
}
