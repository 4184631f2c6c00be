//! Closures known only at run time, that come and go.

mod gate;
mod list;
mod live;
mod primitive;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use events_core::event::Event;

use crate::bus::Inner;
use gate::Gate;
pub(crate) use live::Kind;
use live::Live;

/// Keeps a closure subscribed; dropping it unsubscribes.
///
/// When the drop returns, the closure does not start again, and a run of it on another thread has ended: what it
/// captured is no longer looked at. So do not drop the guard while you hold a lock that the closure takes. Inside of a
/// subscribed closure, its own guard or another's, the drop waits for nobody, or two closures could wait for each other;
/// a run that another thread has begun may then still be under way.
#[must_use = "dropping the guard unsubscribes at once"]
pub struct Subscription {
    closure: Arc<dyn Close>,
}

/// A closure of some event.
trait Close: Send + Sync {
    fn close(&self);
}

impl<E: Event> Close for Gate<Kind<E>> {
    fn close(&self) {
        Gate::close(self);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.closure.close();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

pub(crate) fn add<E: Event>(bus: &Inner, kind: Kind<E>) -> Subscription {
    let closure = Arc::new(Gate::new(kind));
    if let Some(table) = bus.tables().get::<E>() {
        let late = table.late_or_insert(|| Box::new(Live::<E>::new()));
        if let Some(live) = late.and_then(live) {
            live.add(closure.clone());
        }
    }
    Subscription { closure }
}

fn live<E: Event>(late: &dyn events_core::bind::Late<E>) -> Option<&Live<E>> {
    (late as &dyn Any).downcast_ref()
}
