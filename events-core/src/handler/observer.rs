use super::HandlerMeta;
#[cfg(feature = "alloc")]
use crate::bind::{Binder, ObserverCall};

/// A linked handler of all events. `#[handler(all)]` places it in a section of the binary. It is never made at run
/// time.
pub struct Observer {
    meta: &'static HandlerMeta,
    #[cfg(feature = "alloc")]
    bind: fn(&mut Binder<'_>) -> Option<ObserverCall>,
}

impl Observer {
    /// Creates an observer from its metadata and the function that binds its arguments.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub const fn new(meta: &'static HandlerMeta, bind: fn(&mut Binder<'_>) -> Option<ObserverCall>) -> Self {
        Self { meta, bind }
    }

    /// Creates an observer. Without an allocator there is no bus to run it.
    #[cfg(not(feature = "alloc"))]
    #[doc(hidden)]
    pub const fn new(meta: &'static HandlerMeta, _bind: ()) -> Self {
        Self { meta }
    }

    /// The metadata of the handler.
    pub fn meta(&self) -> &'static HandlerMeta {
        self.meta
    }

    /// Binds the arguments. Records what is missing in the binder.
    #[cfg(feature = "alloc")]
    pub(crate) fn bind(&self, binder: &mut Binder<'_>) -> Option<ObserverCall> {
        binder.enter(self.meta);
        (self.bind)(binder)
    }
}
