use std::sync::{Arc, Weak};

use events_core::Context;
use events_core::bind::{BindError, Binder};
use events_core::extract::Extractor;

use super::{Bus, Inner};

/// What a handler holds to get its `Bus` argument. It is weak, because the bus holds it too: a strong reference would
/// be a cycle.
#[doc(hidden)]
#[allow(unreachable_pub)]
pub struct Handle(pub(super) Weak<Inner>);

/// A handle to the bus on which the handler runs: to emit or send what follows from the event.
///
/// It does not keep the bus open: when the program drops its own last handle the bus shuts down, also while a handler holds
/// this one. What running handlers send meanwhile is still handled.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct OrderPaid;
/// #[event]
/// struct OrderShipped;
///
/// #[handler]
/// fn ship(_: &OrderPaid, bus: Bus, cx: &Context) -> Result<(), events::DispatchError> {
///     bus.emit_with(&OrderShipped, cx).into_result()
/// }
///
/// let bus = Bus::builder().build().unwrap();
/// assert!(bus.emit(&OrderPaid).is_ok());
/// ```
#[diagnostic::do_not_recommend]
impl<'a> Extractor<'a> for Bus {
    type Bound = Arc<Handle>;

    fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError> {
        binder.state::<Handle>().ok_or_else(|| BindError::new("it runs on a bus that gives out no handle"))
    }

    /// # Panics
    /// Never: a handler runs only inside an emit, which borrows the bus, or by a worker, which holds the bus.
    fn extract(bound: &'a Self::Bound, _: &'a Context) -> Self {
        Self {
            inner: bound.0.upgrade().expect("an emit or a worker keeps the bus alive while a handler runs"),
            _owner: None,
        }
    }
}
