use alloc::sync::Arc;
use core::fmt;
use core::ops::Deref;

use super::Extractor;
use crate::Context;
use crate::bind::{BindError, Binder};
use crate::handler::StateMeta;

/// The state of type `T` that the builder of the bus was given. Derefs to `T`.
///
/// It is shared by all handlers of the bus, so `T` brings its own `Mutex` or atomics where it changes.
///
/// ```standalone_crate
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use events::prelude::*;
///
/// #[event]
/// struct OrderPaid { cents: u64 }
///
/// #[derive(Default)]
/// struct Revenue(AtomicU64);
///
/// #[handler]
/// fn add(event: &OrderPaid, revenue: State<Revenue>) {
///     revenue.0.fetch_add(event.cents, Ordering::Relaxed);
/// }
///
/// let bus = Bus::builder().state(Revenue::default()).build().unwrap();
/// bus.emit(&OrderPaid { cents: 990 }).into_result().unwrap();
/// assert_eq!(bus.state::<Revenue>().unwrap().0.load(Ordering::Relaxed), 990);
/// ```
pub struct State<'a, T>(&'a T);

impl<'a, T> State<'a, T> {
    /// The state, for as long as the handler runs.
    pub fn get(self) -> &'a T {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: Send + Sync + 'static> Extractor<'a> for State<'a, T> {
    type Bound = Arc<T>;

    const STATE: Option<StateMeta> = Some(StateMeta::of::<T>());

    fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError> {
        binder.state::<T>().ok_or_else(|| match binder.state::<Arc<T>>() {
            Some(_) => BindError::shared_state::<T>(),
            None => BindError::missing_state::<T>(),
        })
    }

    #[inline(always)]
    fn extract(bound: &'a Self::Bound, _: &'a Context) -> Self {
        Self(bound)
    }
}

impl<T> Clone for State<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for State<'_, T> {}

impl<T> Deref for State<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for State<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("State").field(self.0).finish()
    }
}
