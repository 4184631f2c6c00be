use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use events_core::event::Event;

use crate::bus::Bus;
use crate::subscription::Subscription;

/// Records a clone of each event of type `E` that is emitted on this bus from now on.
///
/// ```
/// use events::prelude::*;
/// use events::testing;
///
/// #[event]
/// #[derive(Clone, Debug, PartialEq)]
/// struct MailSent { to: &'static str }
///
/// let bus = testing::builder().build().unwrap();
/// let mails = testing::record::<MailSent>(&bus);
/// bus.emit(&MailSent { to: "ada" });
/// assert_eq!(mails.events(), [MailSent { to: "ada" }]);
/// ```
#[track_caller]
pub fn record<E: Event + Clone>(bus: &Bus) -> Recording<E> {
    record_with(bus, E::clone)
}

/// Records what `map` returns for each event of type `E` that is emitted on this bus from now on: for events that are not `Clone`, or
/// if one field is enough.
///
/// If `map` panics, the event is not recorded. Its handlers and its emitter do not notice.
///
/// ```
/// use events::prelude::*;
/// use events::testing;
///
/// #[event]
/// struct MailSent { to: &'static str }
///
/// let bus = testing::builder().build().unwrap();
/// let to = testing::record_with(&bus, |mail: &MailSent| mail.to);
/// bus.emit(&MailSent { to: "ada" });
/// assert_eq!(to.take(), ["ada"]);
/// ```
#[track_caller]
pub fn record_with<E: Event, T: Send + 'static>(
    bus: &Bus,
    map: impl Fn(&E) -> T + Send + Sync + 'static,
) -> Recording<T> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watch = {
        let seen = seen.clone();
        bus.watch(move |event: &E| {
            // Called outside of the lock, because it may emit such an event itself.
            let made = map(event);
            lock(&seen).push(made);
        })
    };
    Recording { seen, event: E::META.name, _watch: watch }
}

/// The events that were emitted since the recording began. [`record`] and [`record_with`] make one; dropping it ends it.
///
/// Events are in the order in which their emits ended. So an event that a handler emits comes before the event that the handler
/// is for. An event is also recorded if a handler stopped the other handlers.
///
/// ```
/// use events::prelude::*;
/// use events::testing;
///
/// #[event]
/// #[derive(Clone, Debug, PartialEq)]
/// struct MailSent { to: &'static str }
///
/// let bus = testing::builder().build().unwrap();
/// let mails = testing::record::<MailSent>(&bus);
/// mails.assert_none();
/// bus.emit(&MailSent { to: "ada" });
/// bus.emit(&MailSent { to: "bob" });
/// mails.assert_emitted(2);
/// mails.assert_any(|mail| mail.to == "bob");
/// mails.assert_no(|mail| mail.to.is_empty());
/// assert_eq!((mails.len(), mails.events()[0].to), (2, "ada"));
/// assert_eq!(mails.take().len(), 2);
/// assert!(mails.is_empty());
/// ```
pub struct Recording<T> {
    seen: Arc<Mutex<Vec<T>>>,
    event: &'static str,
    _watch: Subscription,
}

fn lock<T>(seen: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Clone> Recording<T> {
    /// What was recorded, the first one first.
    pub fn events(&self) -> Vec<T> {
        lock(&self.seen).clone()
    }
}

impl<T> Recording<T> {
    /// Returns what was recorded, and clears the recording.
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut lock(&self.seen))
    }

    /// How many events were recorded.
    pub fn len(&self) -> usize {
        lock(&self.seen).len()
    }

    /// Whether no event was recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Debug> Recording<T> {
    /// Asserts that this many events were emitted.
    ///
    /// # Panics
    /// If it was another number. The message lists the events.
    #[track_caller]
    pub fn assert_emitted(&self, times: usize) {
        let seen = lock(&self.seen);
        assert!(
            seen.len() == times,
            "expected {times} of `{}`, but {} were emitted: {:?}",
            self.event,
            seen.len(),
            *seen
        );
    }

    /// Asserts that no event was emitted.
    ///
    /// # Panics
    /// If one was. The message lists the events.
    #[track_caller]
    pub fn assert_none(&self) {
        let seen = lock(&self.seen);
        assert!(
            seen.is_empty(),
            "expected no `{}`, but {} were emitted: {:?}",
            self.event,
            seen.len(),
            *seen
        );
    }

    /// Asserts that at least one event was emitted for which `holds` returns `true`.
    ///
    /// # Panics
    /// If there is none. The message lists the events.
    #[track_caller]
    pub fn assert_any(&self, holds: impl Fn(&T) -> bool) {
        let seen = lock(&self.seen);
        assert!(
            seen.iter().any(holds),
            "no such `{}` among the {} emitted: {:?}",
            self.event,
            seen.len(),
            *seen
        );
    }

    /// Asserts that no event was emitted for which `holds` returns `true`.
    ///
    /// # Panics
    /// If there is one. The message shows it.
    #[track_caller]
    pub fn assert_no(&self, holds: impl Fn(&T) -> bool) {
        let seen = lock(&self.seen);
        if let Some(found) = seen.iter().find(|event| holds(event)) {
            panic!("expected no such `{}`, but this one was emitted: {found:?}", self.event);
        }
    }
}
