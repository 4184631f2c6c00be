use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::{Any, TypeId};

use super::batch::{AnyMany, Batches};
use super::{BindError, Missing, Overrides, Plan};
use crate::handler::HandlerMeta;

/// The state of a bus: one value of each type.
#[derive(Default)]
pub struct StateMap {
    values: BTreeMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl StateMap {
    /// Creates an empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value, which replaces one of the same type. Returns whether there was none.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: Arc<T>) -> bool {
        self.values.insert(TypeId::of::<T>(), Box::new(value)).is_none()
    }

    /// The value of type `T`.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&Arc<T>> {
        self.values.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

/// The state of a bus that is being built. An [`Extractor`](crate::extract::Extractor) looks up in it what its argument is made
/// from.
///
/// ```
/// use std::sync::Arc;
/// use events::bind::{BindError, Binder};
/// use events::extract::Extractor;
/// use events::prelude::*;
///
/// struct Cache(u32);
///
/// /// The cache, if the bus has one.
/// struct Cached<'a>(Option<&'a Cache>);
///
/// impl<'a> Extractor<'a> for Cached<'a> {
///     type Bound = Option<Arc<Cache>>;
///     fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError> { Ok(binder.state::<Cache>()) }
///     fn extract(bound: &'a Self::Bound, _: &'a Context) -> Self { Cached(bound.as_deref()) }
/// }
///
/// #[event]
/// struct PageAsked;
///
/// #[handler]
/// fn look_into_cache(_: &PageAsked, cache: Cached<'_>) { assert_eq!(cache.0.unwrap().0, 7); }
///
/// let bus = Bus::builder().state(Cache(7)).build().unwrap();
/// assert!(bus.emit(&PageAsked).is_ok());
/// ```
pub struct Binder<'a> {
    state: &'a StateMap,
    overrides: Option<&'a Overrides>,
    handler: Option<&'static HandlerMeta>,
    missing: Vec<Missing>,
    /// The row being bound.
    row: usize,
    /// The rows of the table being bound that take many events at once, and how.
    batches: Vec<(usize, AnyMany)>,
}

impl<'a> Binder<'a> {
    /// Creates a binder with this state.
    #[doc(hidden)]
    pub fn new(state: &'a StateMap) -> Self {
        Self { state, overrides: None, handler: None, missing: Vec::new(), row: 0, batches: Vec::new() }
    }

    /// Leaves out or replaces handlers, for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_overrides(mut self, overrides: &'a Overrides) -> Self {
        self.overrides = Some(overrides);
        self
    }

    /// Returns the state of type `T`, if the builder of the bus was given one.
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.state.get().cloned()
    }

    /// Returns the handler whose arguments are being bound, to name it in an error or to bind by its metadata.
    pub fn handler(&self) -> Option<&'static HandlerMeta> {
        self.handler
    }

    pub(crate) fn has_overrides(&self) -> bool {
        self.overrides.is_some()
    }

    /// All that could not be bound.
    #[doc(hidden)]
    pub fn into_missing(self) -> Vec<Missing> {
        self.missing
    }

    /// Notes how the row being bound takes many events at once.
    pub(crate) fn note_many(&mut self, many: AnyMany) {
        self.batches.push((self.row, many));
    }

    /// What was noted of a table that came to so many rows.
    pub(super) fn take_batches(&mut self, rows: usize) -> Option<Box<Batches>> {
        Batches::new(core::mem::take(&mut self.batches), rows)
    }

    /// Names the row that comes next, by its index and its first handler.
    pub(super) fn enter_row(&mut self, row: usize, handler: &'static HandlerMeta) {
        self.row = row;
        self.enter(handler);
    }

    /// Names the handler whose arguments come next.
    #[doc(hidden)]
    pub fn enter(&mut self, handler: &'static HandlerMeta) {
        self.handler = Some(handler);
    }

    /// Takes in what one argument of the handler entered last is bound to, or notes what is missing.
    #[doc(hidden)]
    pub fn keep<B>(&mut self, bound: Result<B, BindError>) -> Option<B> {
        match bound {
            Ok(bound) => Some(bound),
            Err(error) => {
                if let Some(handler) = self.handler {
                    self.missing.push(Missing { handler, error });
                }
                None
            }
        }
    }

    /// Whether the overrides leave out this handler of all events.
    pub(crate) fn leaves_out(&self, handler: &HandlerMeta) -> bool {
        self.overrides.is_some_and(|overrides| overrides.leaves_out(handler))
    }

    /// What the overrides make of these handlers; `None` where they leave all as they are.
    #[doc(hidden)]
    pub fn plan(&self, event: TypeId, members: &[&'static HandlerMeta]) -> Option<Plan> {
        self.overrides.and_then(|overrides| overrides.plan(event, members))
    }
}
