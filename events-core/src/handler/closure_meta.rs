use core::fmt;
use core::panic::Location;

use super::Retry;

/// What is known of a closure that was subscribed at run time.
///
/// [`Failure::closure`](crate::outcome::Failure::closure) returns it if a closure failed.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct TimerRang;
///
/// let bus = Bus::builder().build().unwrap();
/// let line = line!() + 1;
/// let _alarm = bus.subscribe(|_: &TimerRang| -> Result<(), &str> { Err("no speaker") });
///
/// let outcome = bus.emit(&TimerRang);
/// let closure = outcome.failures()[0].closure().unwrap();
/// assert_eq!((closure.label(), closure.priority), ("subscription", 0));
/// assert_eq!(closure.subscribed_at.line(), line);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ClosureMeta {
    /// The id of the closure, unique among those of its bus and event.
    pub id: ClosureId,
    /// The name it was subscribed with, if it was given one.
    pub name: Option<&'static str>,
    /// The place of the call that subscribed it.
    pub subscribed_at: &'static Location<'static>,
    /// The priority: higher runs first. 0 unless it was subscribed with another.
    pub priority: i32,
    /// The retries on a lane after a failure, if it was subscribed with any.
    pub retry: Option<Retry>,
}

/// The id of a closure, unique among those that are subscribed to the same event on the same bus. It is never reused.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct BellRang;
///
/// let bus = Bus::builder().build().unwrap();
/// let subscribe = || bus.subscribe(|_: &BellRang| -> Result<(), &str> { Err("not at home") });
/// let _both = (subscribe(), subscribe());
///
/// let outcome = bus.emit(&BellRang);
/// let ids: Vec<_> = outcome.failures().iter().map(|failure| failure.closure().unwrap().id).collect();
/// assert_ne!(ids[0], ids[1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClosureId(u64);

impl ClosureId {
    /// The id of a closure that is not subscribed.
    pub(crate) const NONE: Self = Self(0);

    /// Creates an id. The list of closures numbers them.
    #[doc(hidden)]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }
}

impl ClosureMeta {
    /// Creates the metadata of a closure that was subscribed at this location, with the defaults of a subscription.
    #[doc(hidden)]
    pub const fn new(subscribed_at: &'static Location<'static>) -> Self {
        Self { id: ClosureId::NONE, name: None, subscribed_at, priority: 0, retry: None }
    }

    /// Returns the name of the closure, or `subscription` if it has none.
    pub fn label(&self) -> &'static str {
        self.name.unwrap_or("subscription")
    }
}

/// Writes the name, or `subscription`, and, in brackets, the file and line of the call that subscribed it.
impl fmt::Display for ClosureMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.label(), self.subscribed_at.file(), self.subscribed_at.line())
    }
}
