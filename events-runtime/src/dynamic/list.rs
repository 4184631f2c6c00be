use std::fmt;
use std::sync::Arc;

use events_core::private::plumbing::AnyRow;

/// A row, with the number by which its guard finds it.
#[derive(Clone)]
pub(super) struct Kept<R> {
    pub(super) row: R,
    pub(super) id: u64,
}

/// The number of the linked handlers' rows, which are never removed.
pub(super) const LINKED: u64 = 0;

pub(super) type Owned = Kept<AnyRow>;
pub(super) type Shared = Kept<Arc<AnyRow>>;

/// Keeps a closure subscribed to a dynamic bus. Dropping it unsubscribes the closure.
///
/// If another thread has begun a run of the closure, that run may still go on when the drop returns.
///
/// ```
/// use events::prelude::*;
/// use events::{DynamicBus, EventBus};
///
/// #[event]
/// struct Tick;
///
/// let bus = DynamicBus::new();
/// let guard = bus.subscribe(|_: &Tick| ());
/// assert_eq!(bus.emit(&Tick).ran(), 1);
/// drop(guard);
/// assert_eq!(bus.emit(&Tick).ran(), 0);
/// ```
#[must_use = "dropping the guard unsubscribes at once"]
pub struct DynamicSubscription {
    remove: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl DynamicSubscription {
    pub(super) fn new(remove: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self { remove: Some(Box::new(remove)) }
    }
}

impl Drop for DynamicSubscription {
    fn drop(&mut self) {
        if let Some(remove) = self.remove.take() {
            remove();
        }
    }
}

impl fmt::Debug for DynamicSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSubscription").finish_non_exhaustive()
    }
}
