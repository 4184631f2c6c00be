//! Events, and functions that take events, with the event's type erased. So the code that binds and runs tables is
//! compiled once and not for each event.
//!
//! The code that makes one of these names the type, and the compiler checks it. After that the type is known from a
//! [`TypeId`] that is stored with it, or from a parameter of the type that contains it
//! ([`Entry`](crate::handler::Entry), [`Table`](crate::table::Table), [`BoundTable`](crate::bind::BoundTable)).
//! Functions and references change their type, never their representation.

#[cfg(feature = "alloc")]
use core::any::Any;
use core::any::TypeId;
use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::Context;
use crate::event::{Event, EventMeta};
use crate::handler::Flow;

/// A reference to an event.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct EventRef<'a>(NonNull<()>, PhantomData<&'a ()>);

// SAFETY: it is only made from a reference to an event, and events are `Sync`.
unsafe impl Send for EventRef<'_> {}
// SAFETY: as above.
unsafe impl Sync for EventRef<'_> {}

impl<'a> EventRef<'a> {
    /// Erases the type of a reference to an event.
    #[inline(always)]
    pub fn new<E: Event>(event: &'a E) -> Self {
        // SAFETY: a reference is an address that is not null. The methods of `NonNull` are not used, because a build
        // without optimizations would compile each of them for each event.
        unsafe { core::mem::transmute(event) }
    }

    /// Converts a reference to a value that is an event.
    ///
    /// # Safety
    /// The value is an event.
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn of_any(event: &'a dyn Any) -> Self {
        Self(NonNull::from(event).cast(), PhantomData)
    }

    /// The event.
    ///
    /// # Safety
    /// The reference was made from an `E`.
    #[inline(always)]
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn typed<E: ?Sized>(self) -> &'a E {
        // All events are `Sized`. This is not a bound, because a bound would report a second error for a type that is
        // no event.
        const { assert!(size_of::<&E>() == size_of::<Self>()) };
        // SAFETY: this is the address of an `E` that is borrowed for `'a`, and a reference to an `E` consists of its
        // address.
        unsafe { core::mem::transmute_copy(&self.0) }
    }
}

/// A function that takes an event of one type.
#[derive(Clone, Copy)]
pub(crate) struct CallFn(unsafe fn(EventRef<'_>, &Context) -> Flow);

impl CallFn {
    pub(crate) const fn new<E: ?Sized>(call: fn(&E, &Context) -> Flow) -> Self {
        // SAFETY: both are function pointers. The converted one can be called, because `EventRef` is a transparent
        // `NonNull<()>`, which has the ABI of a `&E`, and the caller of `call` guarantees the type.
        Self(unsafe {
            core::mem::transmute::<fn(&E, &Context) -> Flow, unsafe fn(EventRef<'_>, &Context) -> Flow>(call)
        })
    }

    /// # Safety
    /// The event is of the type that the function takes.
    #[inline(always)]
    pub(crate) unsafe fn call(self, event: EventRef<'_>, cx: &Context) -> Flow {
        // SAFETY: the caller guarantees it.
        unsafe { (self.0)(event, cx) }
    }
}

/// The type of an event.
pub(crate) struct EventType {
    pub(crate) id: TypeId,
    pub(crate) meta: &'static EventMeta,
    #[cfg(feature = "alloc")]
    as_any: for<'a> unsafe fn(EventRef<'a>) -> &'a (dyn Any + Send + Sync),
}

impl EventType {
    pub(crate) const fn of<E: Event>() -> Self {
        Self {
            id: TypeId::of::<E>(),
            meta: E::META,
            #[cfg(feature = "alloc")]
            // SAFETY: as in `CallFn::new`.
            as_any: unsafe {
                core::mem::transmute::<
                    for<'a> fn(&'a E) -> &'a (dyn Any + Send + Sync),
                    for<'a> unsafe fn(EventRef<'a>) -> &'a (dyn Any + Send + Sync),
                >(E::__as_any)
            },
        }
    }

    /// # Safety
    /// The event is of this type.
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn as_any<'a>(&self, event: EventRef<'a>) -> &'a (dyn Any + Send + Sync) {
        // SAFETY: the caller guarantees it.
        unsafe { (self.as_any)(event) }
    }
}
