//! Closures known only at run time, that come and go.

mod list;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use events_core::event::Event;

use crate::bus::Inner;
pub(crate) use list::Kind;
use list::{Live, Subscriber};

/// Keeps a closure subscribed; dropping it unsubscribes.
///
/// When the drop returns, the closure does not start again, and a run of it on another thread has ended: what it
/// captured is no longer looked at. So do not drop the guard while you hold a lock that the closure takes. Inside of a
/// subscribed closure, its own guard or another's, the drop waits for nobody, or two closures could wait for each other;
/// a run that another thread has begun may then still be under way.
#[must_use = "dropping the guard unsubscribes at once"]
pub struct Subscription {
    list: Box<dyn Entry>,
}

/// A closure in the list of its event, whatever that is.
trait Entry: Send + Sync {
    fn remove(&self);
}

struct Of<E: Event> {
    bus: Arc<Inner>,
    subscriber: Arc<Subscriber<E>>,
}

impl<E: Event> Entry for Of<E> {
    fn remove(&self) {
        if let Some(live) = self.bus.tables().get::<E>().and_then(|table| table.late()).and_then(live) {
            live.remove(&self.subscriber);
        }
        self.subscriber.close();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.list.remove();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

pub(crate) fn add<E: Event>(bus: Arc<Inner>, kind: Kind<E>) -> Subscription {
    let subscriber = Arc::new(Subscriber::new(kind));
    if let Some(table) = bus.tables().get::<E>() {
        let late = table.late_or_insert(|| Box::new(Live::<E>::new()));
        if let Some(live) = late.and_then(live) {
            live.add(subscriber.clone());
        }
    }
    Subscription { list: Box::new(Of { bus, subscriber }) }
}

fn live<E: Event>(late: &dyn events_core::bind::Late<E>) -> Option<&Live<E>> {
    (late as &dyn Any).downcast_ref()
}
