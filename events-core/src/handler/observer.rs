use super::HandlerMeta;
#[cfg(feature = "alloc")]
use crate::bind::{Binder, ObserverCall};

/// A linked handler of all events. Written by `#[handler(all)]` into a section of the binary; never made at run time.
pub struct Observer {
    meta: &'static HandlerMeta,
    #[cfg(feature = "alloc")]
    bind: fn(&mut Binder<'_>) -> Option<ObserverCall>,
}

impl Observer {
    /// A handler, and how its arguments are bound.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub const fn new(meta: &'static HandlerMeta, bind: fn(&mut Binder<'_>) -> Option<ObserverCall>) -> Self {
        Self { meta, bind }
    }

    /// A handler. Without an allocator there is no bus to run it.
    #[cfg(not(feature = "alloc"))]
    #[doc(hidden)]
    pub const fn new(meta: &'static HandlerMeta, _bind: ()) -> Self {
        Self { meta }
    }

    /// What is known of it.
    pub fn meta(&self) -> &'static HandlerMeta {
        self.meta
    }

    /// Binds its arguments. What is missing is noted in the binder.
    #[cfg(feature = "alloc")]
    pub(crate) fn bind(&self, binder: &mut Binder<'_>) -> Option<ObserverCall> {
        binder.enter(self.meta);
        (self.bind)(binder)
    }
}
