//! Rows that are called.

use alloc::boxed::Box;
use core::marker::PhantomData;

use super::Binder;
use crate::Context;
use crate::erased::{CallFn, EventRef};
use crate::handler::Flow;

/// A row with its arguments bound, to be called with the event and its context.
#[repr(transparent)]
pub struct SyncHandler<E: ?Sized>(AnySync, PhantomData<fn(&E)>);

/// The same of an event that the type does not name.
pub(crate) type AnySync = Box<dyn SyncCall + Send + Sync>;

/// Runs a row of one event type.
///
/// # Safety
/// Who implements it says of which type, and takes events of that type.
pub(crate) unsafe trait SyncCall {
    /// # Safety
    /// The event is of the type that the row takes.
    unsafe fn run(&self, event: EventRef<'_>, cx: &Context) -> Flow;
}

impl<E: ?Sized + 'static> SyncHandler<E> {
    pub(crate) fn new(call: impl Fn(&E, &Context) -> Flow + Send + Sync + 'static) -> Self {
        Self(Box::new((call, PhantomData::<fn(&E)>)), PhantomData)
    }
}

/// A closure and the type of event that it takes. It is a tuple and not a type of this crate, so that rustc generates its code
/// beside that of the closure. A change of one handler then does not recompile the handlers of other modules.
// SAFETY: it takes events of type `E`.
unsafe impl<E: ?Sized, F: Fn(&E, &Context) -> Flow> SyncCall for (F, PhantomData<fn(&E)>) {
    unsafe fn run(&self, event: EventRef<'_>, cx: &Context) -> Flow {
        // SAFETY: the caller's.
        (self.0)(unsafe { event.typed() }, cx)
    }
}

// SAFETY: it takes events of the type that `CallFn::new` was told.
unsafe impl SyncCall for CallFn {
    unsafe fn run(&self, event: EventRef<'_>, cx: &Context) -> Flow {
        // SAFETY: the caller's.
        unsafe { self.call(event, cx) }
    }
}

/// Binds a synchronous row.
#[derive(Clone, Copy)]
pub(crate) struct BindSync(fn(&mut Binder<'_>) -> Option<AnySync>);

impl BindSync {
    pub(crate) const fn new<E: ?Sized>(bind: fn(&mut Binder<'_>) -> Option<SyncHandler<E>>) -> Self {
        // SAFETY: to call the one as the other is sound. A `SyncHandler` is a transparent box, and an `Option` of either has
        // the ABI of what is in it.
        Self(unsafe {
            core::mem::transmute::<
                fn(&mut Binder<'_>) -> Option<SyncHandler<E>>,
                fn(&mut Binder<'_>) -> Option<AnySync>,
            >(bind)
        })
    }

    pub(crate) fn bind(self, binder: &mut Binder<'_>) -> Option<AnySync> {
        (self.0)(binder)
    }
}
