use alloc::sync::Arc;
use core::fmt;
use core::ops::Deref;

use super::Extractor;
use crate::Context;
use crate::bind::{BindError, Binder};
use crate::handler::StateMeta;

/// A handler's argument that is the state of type `T`, as it was given to the builder of the bus. It derefs to `T`.
///
/// All handlers of the bus share the state, and they may run on several threads. A state that changes therefore contains a
/// `Mutex` or atomics. In an `async fn` the type is written with its lifetime, `State<'_, T>`.
///
/// If a handler asks for state that the builder was not given, `build` returns an error that names both.
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
    /// Returns a reference that lives as long as the call of the handler, for a value that borrows from the state.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    ///
    /// struct Names(Vec<&'static str>);
    ///
    /// fn longest<'a>(names: State<'a, Names>) -> Option<&'a &'static str> {
    ///     names.get().0.iter().max_by_key(|name| name.len())
    /// }
    ///
    /// #[event]
    /// struct ListPrinted;
    ///
    /// #[handler]
    /// fn set_width(_: &ListPrinted, names: State<Names>) { assert_eq!(longest(names), Some(&"Beatrice")); }
    ///
    /// let bus = Bus::builder().state(Names(vec!["Ada", "Beatrice"])).build().unwrap();
    /// assert!(bus.emit(&ListPrinted).is_ok());
    /// ```
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
